package dev.facet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
        rows.add("%s, %s; Java %s; commit %s; %s"
                .formatted(
                        processor(),
                        "%d processors".formatted(Runtime.getRuntime().availableProcessors()),
                        System.getProperty("java.version"),
                        commit(),
                        LocalDate.now()));
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

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                    .directory(Defaults.home().toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
