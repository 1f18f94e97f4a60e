package dev.facet.core.failure;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the name that somebody meant who wrote another one. */
public final class NearestName {
    private static final int MAX_LENGTH = 100;

    private NearestName() {}

    /** The name that differs least, if it differs by little: by a quarter of the letters, or by two; case doesn't count. */
    public static Optional<String> of(String written, Stream<String> names) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String wanted = written.toLowerCase(Locale.ROOT);
        int most = Math.max(2, wanted.length() / 4);
        return names.filter(name -> name.length() <= MAX_LENGTH && distance(name, wanted) <= most)
                .min(Comparator.<String>comparingInt(name -> distance(name, wanted))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance. */
    private static int distance(String name, String other) {
        String one = name.toLowerCase(Locale.ROOT);
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
