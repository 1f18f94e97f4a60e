package dev.facet.trainer.sample;

import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.PhotoReader;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.task.TaskKind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * A data set in the plain layout: {@code images/ID.jpg}, {@code KIND/ID.png}, {@code splits/NAME.txt}, {@code classes.txt}.
 *
 * @param root its folder
 * @param kind which labels are read
 * @param positiveFrom for edges: stored values from here on are edges
 */
public record PhotoFolder(Path root, TaskKind kind, int positiveFrom) {

    /** Names of the classes in {@code classes.txt}. */
    public static List<String> classes(Path root) throws IOException {
        return Files.readAllLines(root.resolve("classes.txt")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** IDs of a split. */
    public List<String> ids(String split) throws IOException {
        Path list = root.resolve("splits").resolve(split + ".txt");
        if (!Files.isRegularFile(list)) {
            throw new IllegalArgumentException(
                    "no such split: split='%s', expected the file %s".formatted(split, list));
        }
        List<String> ids = Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("empty split: file=%s, expected at least one id".formatted(list));
        }
        return ids;
    }

    /**
     * Reads the photos of a split with their labels into memory, in the order of the list.
     *
     * @param policy scales photos and labels as the server will; empty leaves them as they are
     */
    public List<LabelledPhoto> read(String split, Optional<InputPolicy> policy) throws IOException {
        return ids(split).parallelStream().map(id -> photo(id, policy)).toList();
    }

    private LabelledPhoto photo(String id, Optional<InputPolicy> policy) {
        try {
            Path image = root.resolve("images").resolve(id + ".jpg");
            if (!Files.isRegularFile(image)) {
                image = root.resolve("images").resolve(id + ".png");
            }
            Raster photo = PhotoReader.read(image, ImageLimits.DEFAULT);
            float[] labels = labels(id, photo);
            if (policy.isEmpty()) {
                return new LabelledPhoto(id, photo, labels);
            }
            Frame frame = policy.get().frame(photo.height(), photo.width());
            return new LabelledPhoto(
                    id,
                    Resampler.resize(photo, frame.height(), frame.width()),
                    Resampler.nearest(
                            labels,
                            Labels.channels(kind),
                            photo.height(),
                            photo.width(),
                            frame.height(),
                            frame.width()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read photo or labels: id='%s'".formatted(id), e);
        }
    }

    private float[] labels(String id, Raster photo) throws IOException {
        Path file = root.resolve(Labels.folder(kind)).resolve(id + ".png");
        BufferedImage image = ImageIO.read(file.toFile());
        int channels = Labels.channels(kind);
        if (image == null
                || image.getHeight() != photo.height()
                || image.getWidth() != photo.width()
                || image.getRaster().getNumBands() < channels) {
            throw new IOException("labels don't fit the photo: file=%s, photo=%d×%d, channels=%d"
                    .formatted(file, photo.height(), photo.width(), channels));
        }
        float[] values = new float[photo.height() * photo.width() * channels];
        int to = 0;
        for (int y = 0; y < photo.height(); y++) {
            for (int x = 0; x < photo.width(); x++) {
                for (int channel = 0; channel < channels; channel++) {
                    values[to++] = image.getRaster().getSample(x, y, channel);
                }
            }
        }
        Labels.decode(kind, values, positiveFrom);
        return values;
    }
}
