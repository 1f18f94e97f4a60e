package dev.facet.trainer;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data that lies beside the repository and isn't part of it; tests that need it are skipped where it is absent. */
public final class SharedData {
    private SharedData() {}

    public static Path require(String relative) {
        String root = System.getProperty("facet.root", "../..");
        Path path = Path.of(root).resolve("../shared").resolve(relative).normalize();
        for (int up = 2; !Files.exists(path) && up < 5; up++) {
            path = Path.of(root)
                    .resolve("../".repeat(up) + "shared")
                    .resolve(relative)
                    .normalize();
        }
        assumeThat(path).as("needs ../shared/%s", relative).exists();
        return path;
    }
}
