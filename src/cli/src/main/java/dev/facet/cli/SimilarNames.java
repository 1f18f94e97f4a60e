package dev.facet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the file that somebody meant who wrote another name. */
final class SimilarNames {
    private static final int MAX_FILES = 10_000;
    private static final int MAX_NAME_LENGTH = 100;

    private SimilarNames() {}

    /** A question to put behind "no such file", with the file of that folder whose name is the nearest; may be empty. */
    static String hint(Path missing) {
        return near(missing).map(file -> "; did you mean %s?".formatted(file)).orElse("");
    }

    /** The file beside a missing one whose name differs least, if it differs by little. */
    static Optional<Path> near(Path missing) {
        Path name = missing.getFileName();
        Path folder = missing.getParent() == null ? Path.of("") : missing.getParent();
        if (name == null || name.toString().length() > MAX_NAME_LENGTH || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        String wanted = name.toString().toLowerCase(Locale.ROOT);
        int most = Math.max(2, wanted.length() / 4);
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MAX_FILES)
                    .filter(file -> file.getFileName().toString().length() <= MAX_NAME_LENGTH)
                    .filter(file -> distance(file, wanted) <= most)
                    .min(Comparator.<Path>comparingInt(file -> distance(file, wanted))
                            .thenComparing(Comparator.naturalOrder()));
        } catch (IOException e) {
            // A folder that can't be listed has no suggestions; the failure that is told is the missing file.
            return Optional.empty();
        }
    }

    private static int distance(Path file, String wanted) {
        return distance(file.getFileName().toString().toLowerCase(Locale.ROOT), wanted);
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
