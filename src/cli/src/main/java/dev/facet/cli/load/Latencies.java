package dev.facet.cli.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times of requests in ms, and their percentiles. Thread-safe. */
public final class Latencies {
    private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());

    public void add(double value) {
        millis.add(value);
    }

    /** All times of another. */
    public void addAll(Latencies others) {
        List<Double> copy;
        synchronized (others.millis) {
            copy = List.copyOf(others.millis);
        }
        millis.addAll(copy);
    }

    public int count() {
        return millis.size();
    }

    /**
     * The nearest-rank percentile in ms; NaN where there are no times.
     *
     * @param percent 0 … 100
     */
    public double percentile(double percent) {
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
