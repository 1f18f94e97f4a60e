package dev.facet.evaluation.metric;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

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

    /** Numbers made of each result, by image. */
    SortedMap<String, double[]> mapped(Function<T, double[]> numbers) {
        SortedMap<String, double[]> mapped = new TreeMap<>();
        results.forEach((id, result) -> mapped.put(id, numbers.apply(result)));
        return mapped;
    }

    /** All results. */
    Collection<T> all() {
        return results.values();
    }
}
