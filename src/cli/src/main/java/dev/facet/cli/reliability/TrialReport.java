package dev.facet.cli.reliability;

import dev.facet.core.failure.Failures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What came out of a trial: figures, a table, and what is broken. Thread-safe. */
final class TrialReport {
    private static final int KEPT = 20;

    private final Map<String, String> figures = new LinkedHashMap<>();
    private final List<List<String>> table = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private long brokenCount;

    /** A line of what was measured; the same name again replaces the value. */
    synchronized void figure(String name, String pattern, Object... values) {
        figures.put(name, values.length == 0 ? pattern : pattern.formatted(values));
    }

    /** A row of the table; the first one is the headings. */
    synchronized void row(String... cells) {
        table.add(List.of(cells));
    }

    /** Something that must not be. All are counted, the first are kept. */
    synchronized void broken(String pattern, Object... values) {
        brokenCount++;
        if (broken.size() < KEPT) {
            broken.add(values.length == 0 ? pattern : pattern.formatted(inWords(values)));
        }
    }

    /** A failure says what it is about, not of which class it is. */
    private static Object[] inWords(Object... values) {
        return Stream.of(values)
                .map(value -> value instanceof Throwable failure ? Failures.describe(failure) : value)
                .toArray();
    }

    /** Where {@code holds} is false, that is broken. */
    void expect(boolean holds, String pattern, Object... values) {
        if (!holds) {
            broken(pattern, values);
        }
    }

    synchronized long brokenCount() {
        return brokenCount;
    }

    synchronized Map<String, String> figures() {
        return new LinkedHashMap<>(figures);
    }

    synchronized List<List<String>> table() {
        return List.copyOf(table);
    }

    synchronized List<String> brokenOnes() {
        return List.copyOf(broken);
    }
}
