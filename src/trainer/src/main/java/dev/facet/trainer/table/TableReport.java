package dev.facet.trainer.table;

import dev.facet.evaluation.report.Headline;
import dev.facet.evaluation.report.MultiTaskGain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What finished cells say: for each method and task the mean over seeds of the metric that the kind is compared by, ± its sample
 * deviation where there are several; Δm against the baseline, computed seed by seed over the tasks that both have; and what was
 * trained, at which pace.
 */
public final class TableReport {
    private static final String NONE = "–";

    private final ExperimentTable table;
    private final List<CellResult> results;

    public TableReport(ExperimentTable table, List<CellResult> results) {
        this.table = table;
        this.results = List.copyOf(results);
    }

    /** A Markdown table, aligned so that it can be read as it is. */
    public String markdown() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("method"));
        for (String task : table.tasks().keySet()) {
            head.add(heading(task));
        }
        head.addAll(List.of("Δm %", "trained per task", "encoder alone", "images/s"));
        rows.add(head);
        for (String method : table.methods().keySet()) {
            rows.add(row(method));
        }
        int finished = results.size();
        return "%s%n%n%s%n%d of %d cells finished; mean ± deviation over seeds (number of seeds)%n"
                .formatted(table.title(), aligned(rows), finished, table.cells().size());
    }

    private String heading(String task) {
        return results.stream()
                .filter(result -> result.task().equals(task))
                .findFirst()
                .map(result -> {
                    Headline headline = Headline.of(result.kind());
                    return "%s %s %s".formatted(task, headline.metric(), headline.lowerIsBetter() ? "↓" : "↑");
                })
                .orElse(task);
    }

    private List<String> row(String method) {
        List<String> row = new ArrayList<>(List.of(method));
        for (String task : table.tasks().keySet()) {
            row.add(spread(of(method, task).stream().map(TableReport::metric).toList(), 4));
        }
        row.add(spread(gains(method), 2));
        List<CellResult> all = results.stream()
                .filter(result -> result.method().equals(method))
                .toList();
        row.add(mean(all, result -> result.trainedParameters(), "%,.0f"));
        row.add(mean(all, result -> result.trainedEncoder(), "%,.0f"));
        row.add(mean(all, CellResult::imagesPerSecond, "%.1f"));
        return row;
    }

    private List<CellResult> of(String method, String task) {
        return results.stream()
                .filter(result ->
                        result.method().equals(method) && result.task().equals(task))
                .toList();
    }

    private static double metric(CellResult result) {
        return result.scores().get(Headline.of(result.kind()).metric());
    }

    /** Δm of a method, one value for each seed in which both it and the baseline have a task. */
    List<Double> gains(String method) {
        List<Double> gains = new ArrayList<>();
        if (table.baseline().isEmpty() || table.baseline().get().equals(method)) {
            return gains;
        }
        for (long seed : table.seeds()) {
            List<MultiTaskGain.Task> tasks = new ArrayList<>();
            for (String task : table.tasks().keySet()) {
                Optional<CellResult> own = find(method, task, seed);
                Optional<CellResult> baseline = find(table.baseline().get(), task, seed);
                if (own.isPresent() && baseline.isPresent()) {
                    boolean lower = Headline.of(own.get().kind()).lowerIsBetter();
                    tasks.add(new MultiTaskGain.Task(metric(own.get()), metric(baseline.get()), lower));
                }
            }
            if (!tasks.isEmpty()) {
                gains.add(MultiTaskGain.percent(tasks));
            }
        }
        return gains;
    }

    private Optional<CellResult> find(String method, String task, long seed) {
        return of(method, task).stream().filter(result -> result.seed() == seed).findFirst();
    }

    private static String mean(List<CellResult> cells, ToDoubleFunction<CellResult> value, String format) {
        return cells.isEmpty()
                ? NONE
                : String.format(
                        Locale.ROOT,
                        format,
                        cells.stream().mapToDouble(value).average().orElseThrow());
    }

    private static String spread(List<Double> values, int digits) {
        if (values.isEmpty()) {
            return NONE;
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        String text = String.format(Locale.ROOT, "%." + digits + "f", mean);
        if (values.size() == 1) {
            return text;
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double deviation = Math.sqrt(squares / (values.size() - 1));
        return text + String.format(Locale.ROOT, " ± %." + digits + "f (%d)", deviation, values.size());
    }

    private static String aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            List<String> padded = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String value = rows.get(r).get(i);
                String space = " ".repeat(widths[i] - value.length());
                padded.add(i == 0 ? value + space : space + value);
            }
            text.append(padded.stream().collect(Collectors.joining(" | ", "| ", " |%n".formatted())));
            if (r == 0) {
                text.append('|');
                for (int i = 0; i < columns; i++) {
                    text.append("-".repeat(widths[i] + 1))
                            .append(i == 0 ? "-" : ":")
                            .append('|');
                }
                text.append("%n".formatted());
            }
        }
        return text.toString();
    }
}
