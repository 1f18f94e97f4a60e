package dev.facet.cli;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.image.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Images as files. */
final class SampleImages {
    private SampleImages() {}

    static void write(Path file, int height, int width) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, PngWriter.rgb8(height, width, SyntheticImage.draw(height, width, height), Map.of()));
    }
}
