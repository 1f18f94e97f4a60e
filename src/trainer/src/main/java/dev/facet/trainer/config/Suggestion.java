package dev.facet.trainer.config;

import java.util.Collection;

/** What was probably meant by a name that isn't known. */
public final class Suggestion {
    private static final int MOST_LISTED = 40;

    private Suggestion() {}

    /** {@code , did you mean 'best'? known=[…]}, or nothing where nothing is known. */
    public static String of(String name, Collection<?> known) {
        String best = null;
        int distance = Integer.MAX_VALUE;
        for (Object candidate : known) {
            int candidateDistance = distance(name, candidate.toString());
            if (candidateDistance < distance) {
                distance = candidateDistance;
                best = candidate.toString();
            }
        }
        if (best == null) {
            return "";
        }
        String list = known.size() > MOST_LISTED ? "" : " known=" + known;
        return ", did you mean '%s'?%s".formatted(best, list);
    }

    /** Levenshtein's distance, ignoring case. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
