package dev.facet.evaluation.dataset;

import java.util.HashSet;
import java.util.List;

/** Checks the task kinds that a data set is opened for. */
final class Kinds {
    private Kinds() {}

    /** The kinds, if there is one, none twice, and all are among those that the data set has labels for. */
    static List<String> checked(List<String> kinds, List<String> known, String dataset) {
        if (kinds.isEmpty() || new HashSet<>(kinds).size() != kinds.size()) {
            throw new IllegalArgumentException(
                    "task kinds: value=%s, expected at least one, none twice".formatted(kinds));
        }
        for (String kind : kinds) {
            if (!known.contains(kind)) {
                throw new IllegalArgumentException(
                        "task kind: value='%s', expected=%s [dataset=%s]".formatted(kind, known, dataset));
            }
        }
        return List.copyOf(kinds);
    }

    /** The kind, if the data set was opened for it. */
    static String opened(String kind, List<String> kinds) {
        if (!kinds.contains(kind)) {
            throw new IllegalArgumentException(
                    "not opened for that kind: value='%s', expected=%s".formatted(kind, kinds));
        }
        return kind;
    }
}
