package dev.facet.cli;

import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.runtime.engine.NetworkInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say which images a calibration sees. */
final class CalibrationImages {
    private static final String TRAINING = "splits/train.txt";

    @Option(
            names = "--images",
            required = true,
            description = "Folder of images; or of a data set in the plain layout, of which the split train is taken.")
    private Path folder;

    @Option(
            names = "--count",
            defaultValue = "64",
            description = "Images to use, evenly spaced over the sorted ones (default 64).")
    private int count;

    @Option(names = "--images-name", description = "Name of the images, for the manifest (default: the folder's).")
    private String name;

    /** The name of the set. */
    String name() {
        return name != null
                ? name
                : folder.toAbsolutePath().normalize().getFileName().toString();
    }

    /** The chosen files, in order. */
    List<Path> files() throws IOException {
        if (count < 1) {
            throw new CommandFailure("number of images: count=%d, expected at least 1".formatted(count));
        }
        List<Path> all = Files.isRegularFile(folder.resolve(TRAINING)) ? trainingImages() : ImageFiles.in(folder);
        int used = Math.min(count, all.size());
        List<Path> chosen = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            chosen.add(all.get((int) ((long) i * all.size() / used)));
        }
        return chosen;
    }

    private List<Path> trainingImages() throws IOException {
        List<String> ids = Files.readAllLines(folder.resolve(TRAINING));
        return ImageFiles.in(folder.resolve("images")).stream()
                .filter(file -> ids.contains(stem(file)))
                .toList();
    }

    private static String stem(Path file) {
        String fileName = file.getFileName().toString();
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }

    /** Images as a network takes them, decoded anew each time that they are asked for. */
    static Iterable<NetworkInput> inputs(
            List<Path> files, InputPolicy policy, Normalization normalization, Progress progress) {
        return () -> {
            Iterator<Path> each = files.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return each.hasNext();
                }

                @Override
                public NetworkInput next() {
                    progress.step();
                    return input(each.next(), policy, normalization);
                }
            };
        };
    }

    private static NetworkInput input(Path file, InputPolicy policy, Normalization normalization) {
        try {
            Raster image = ImageDecoder.read(file, ImageLimits.DEFAULT);
            Frame frame = policy.frame(image.height(), image.width());
            FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
            InputTensor.prepare(image, frame, normalization, input);
            return NetworkInput.of(input, frame.paddedHeight(), frame.paddedWidth());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
