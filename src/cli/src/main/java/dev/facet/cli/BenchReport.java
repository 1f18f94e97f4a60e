package dev.facet.cli;

import dev.facet.cli.process.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Markdown table with what it was measured on. */
final class BenchReport {
    private final List<String> rows = new ArrayList<>();

    /**
     * @param title what was measured
     * @param columns headings
     */
    BenchReport(String title, String... columns) {
        rows.add("### " + title);
        rows.add("");
        rows.add(Machine.describe(Defaults.home()));
        rows.add("");
        row(columns);
        row(Arrays.stream(columns).map(column -> "---").toArray(String[]::new));
    }

    void row(String... cells) {
        rows.add("| " + String.join(" | ", cells) + " |");
    }

    void note(String text) {
        rows.add("");
        rows.add(text);
    }

    void print() {
        rows.forEach(System.out::println);
        System.out.println();
    }

    /** {@code ≤ 1.5: met} or {@code ≤ 1.5: missed}. */
    static String bar(double value, double bar, String unit) {
        return "≤ %s%s: %s"
                .formatted(bar == Math.rint(bar) ? "%.0f".formatted(bar) : bar, unit, value <= bar ? "met" : "missed");
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
