package dev.facet.integration;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Three images with masks of their middles, and a configuration that trains two steps on them. */
final class TinyDataset {
    private static final List<String> IMAGES = List.of("astronaut", "chelsea", "coffee");

    private TinyDataset() {}

    /** Writes the data set and returns the configuration's file, of a pack {@code mytask}. */
    static Path write(Path folder) throws IOException {
        Path data = folder.resolve("mydata");
        for (String name : List.of("images", "saliency", "splits")) {
            Files.createDirectories(data.resolve(name));
        }
        for (String name : IMAGES) {
            Path source = ServerUnderTest.ROOT.resolve("docs/images/" + name + ".jpg");
            Files.copy(source, data.resolve("images/" + name + ".jpg"));
            Raster image = ImageDecoder.read(source, ImageLimits.DEFAULT);
            Files.write(data.resolve("saliency/" + name + ".png"), middle(image.height(), image.width()));
        }
        Files.write(data.resolve("splits/train.txt"), IMAGES.subList(0, 2));
        Files.write(data.resolve("splits/val.txt"), IMAGES.subList(2, 3));
        Path config = folder.resolve("mytask.yaml");
        Files.writeString(config, """
                training_strategy: {max_iter: 2}
                model: {modulated_from: layer4}
                train_dataloader: {dataloader_args: {batch_size: 2}}
                dataset: {root: '%s', task: saliency}
                pack: {name: mytask}
                """.formatted(data));
        return config;
    }

    private static byte[] middle(int height, int width) {
        byte[] grey = new byte[height * width];
        for (int y = height / 4; y < 3 * height / 4; y++) {
            for (int x = width / 4; x < 3 * width / 4; x++) {
                grey[y * width + x] = (byte) 255;
            }
        }
        return PngWriter.grey8(height, width, grey, Map.of());
    }
}
