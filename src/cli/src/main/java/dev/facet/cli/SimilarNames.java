package dev.facet.cli;

import dev.facet.core.failure.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the file that somebody meant who wrote another name. */
final class SimilarNames {
    private static final int MAX_FILES = 10_000;

    private SimilarNames() {}

    /** A question to put behind "no such file", with the file of that folder whose name is the nearest; may be empty. */
    static String hint(Path missing) {
        return near(missing).map(file -> "; did you mean %s?".formatted(file)).orElse("");
    }

    /** The file beside a missing one whose name differs least, if it differs by little. */
    static Optional<Path> near(Path missing) {
        Path name = missing.getFileName();
        Path folder = missing.getParent() == null ? Path.of("") : missing.getParent();
        if (name == null || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            Stream<String> names =
                    files.limit(MAX_FILES).map(file -> file.getFileName().toString());
            return NearestName.of(name.toString(), names).map(folder::resolve);
        } catch (IOException e) {
            // A folder that can't be listed has no suggestions; the failure that is told is the missing file.
            return Optional.empty();
        }
    }
}
