package dev.facet.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The option that says how large the images of a benchmark are. */
final class ImageSides {
    @Option(
            names = "--sides",
            split = ",",
            defaultValue = "256,512",
            description = "Sides of the square images in pixels (default ${DEFAULT-VALUE}).")
    private List<Integer> pixels;

    List<Integer> pixels() {
        return pixels;
    }
}
