package dev.facet.core;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds data that lies beside the checkout and isn't part of it. */
public final class SharedData {
    private SharedData() {}

    /** The repository's root. */
    public static Path root() {
        return Path.of(System.getProperty("test.root", "../.."));
    }

    /** A file of the shared data; the test is skipped where it is absent. */
    public static Path require(String relative) {
        String configured = System.getenv("FACET_SHARED");
        Path folder = configured != null ? Path.of(configured) : null;
        for (Path up = root().toAbsolutePath().normalize(); folder == null && up != null; up = up.getParent()) {
            if (Files.isDirectory(up.resolveSibling("shared").resolve("golden"))) {
                folder = up.resolveSibling("shared");
            }
        }
        Path file = folder == null ? Path.of("shared").resolve(relative) : folder.resolve(relative);
        assumeTrue(Files.exists(file), () -> "skipped: no shared data [file=%s, FACET_SHARED]".formatted(relative));
        return file;
    }
}
