package dev.facet.cli.load;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often each outcome came: HTTP statuses and what else a client sees. Thread-safe. */
public final class Statuses {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    public void count(int status) {
        count(Integer.toString(status));
    }

    public void count(String outcome) {
        counts.computeIfAbsent(outcome, key -> new LongAdder()).increment();
    }

    public long of(String outcome) {
        LongAdder count = counts.get(outcome);
        return count == null ? 0 : count.sum();
    }

    public long total() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Whether a server may answer so: below 500, or it says that it is busy, stopping or out of time. */
    public static boolean isAllowed(int status) {
        return status < 500 || status == 503 || status == 504;
    }

    /** {@code 200: 12, 400: 3}. */
    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
