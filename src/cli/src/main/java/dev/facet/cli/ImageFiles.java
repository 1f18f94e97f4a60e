package dev.facet.cli;

import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Images in folders, and centre crops of them as a classifier sees them. */
final class ImageFiles {
    private ImageFiles() {}

    /** The images of a folder and of its subfolders, sorted by path. */
    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("no such folder: " + folder);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> images = files.filter(Files::isRegularFile)
                    .filter(ImageFiles::isImage)
                    .sorted()
                    .toList();
            if (images.isEmpty()) {
                throw new CommandFailure(
                        "no images: folder=%s, expected *.jpg, *.png, *.webp or *.tiff".formatted(folder));
            }
            return images;
        }
    }

    static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff").anyMatch(name::endsWith);
    }

    /**
     * The centre of an image whose shorter side was brought to {@code crop} pixels.
     *
     * @return normalised input [1, 3, crop, crop]
     */
    static FloatBuffer centreCrop(Path file, int crop, Normalization normalization) throws IOException {
        Raster image = ImageDecoder.read(file, ImageLimits.DEFAULT);
        double scale = (double) crop / Math.min(image.height(), image.width());
        int height = (int) Math.max(crop, Math.round(image.height() * scale));
        int width = (int) Math.max(crop, Math.round(image.width() * scale));
        Raster scaled = Resampler.resize(image, height, width);
        byte[] rgb = new byte[crop * crop * 3];
        int top = (height - crop) / 2;
        int left = (width - crop) / 2;
        for (int y = 0; y < crop; y++) {
            System.arraycopy(scaled.rgb(), ((top + y) * width + left) * 3, rgb, y * crop * 3, crop * 3);
        }
        FloatBuffer input = InputTensor.allocate(crop, crop);
        InputTensor.prepare(new Raster(crop, crop, rgb), Frame.identity(crop, crop), normalization, input);
        return input;
    }
}
