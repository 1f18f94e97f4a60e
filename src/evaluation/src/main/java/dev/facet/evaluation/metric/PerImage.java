package dev.facet.evaluation.metric;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/** What was measured on each image, kept in the order of the names so that sums come out the same however images came. */
final class PerImage<T> {
    private final ConcurrentSkipListMap<String, T> results = new ConcurrentSkipListMap<>();

    void put(String id, T result) {
        if (results.putIfAbsent(id, result) != null) {
            throw new IllegalArgumentException("image added twice");
        }
    }

    boolean isEmpty() {
        return results.isEmpty();
    }

    /** All results. */
    Collection<T> all() {
        return results.values();
    }
}
