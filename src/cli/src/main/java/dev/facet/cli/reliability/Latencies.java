package dev.facet.cli.reliability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times of requests in ms, and their percentiles. Thread-safe. */
final class Latencies {
    private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());

    void add(double value) {
        millis.add(value);
    }

    int count() {
        return millis.size();
    }

    /**
     * The nearest-rank percentile in ms; NaN where there are no times.
     *
     * @param percent 0 … 100
     */
    double percentile(double percent) {
        List<Double> sorted;
        synchronized (millis) {
            sorted = new ArrayList<>(millis);
        }
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        Collections.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(1, rank) - 1);
    }
}
