package dev.facet.evaluation.dataset;

import java.util.HashSet;
import java.util.List;

/**
 * What a data set was opened for.
 *
 * @param dataset name of the data set
 * @param split name of a list of ids
 * @param kinds task kinds, in the order in which they were asked for; at least one, none twice
 * @param ids the ids of the split, in the order of its list
 */
public record OpenedSplit(String dataset, String split, List<String> kinds, List<String> ids) {
    public OpenedSplit {
        kinds = List.copyOf(kinds);
        ids = List.copyOf(ids);
    }

    /** The kinds, if there is one, none twice, and all are among those that the data set has labels for. */
    static List<String> checkedKinds(List<String> kinds, List<String> known, String dataset) {
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
    String checked(String kind) {
        if (!kinds.contains(kind)) {
            throw new IllegalArgumentException(
                    "not opened for that kind: value='%s', expected=%s".formatted(kind, kinds));
        }
        return kind;
    }
}
