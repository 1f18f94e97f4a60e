package dev.facet.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Evaluations against their baselines, task by task, and Δm over them.
 *
 * @param rows one for each evaluation
 */
public record Comparison(List<Row> rows) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * One task.
     *
     * @param task kind
     * @param metric the score that is compared
     * @param gain relative gain in per cent; positive is better
     */
    public record Row(String task, String metric, double value, double baseline, double gain) {}

    public Comparison {
        rows = List.copyOf(rows);
    }

    /**
     * Compares each result with the baseline of its task.
     *
     * @throws IllegalArgumentException naming the task that has no baseline, or one on other data
     */
    public static Comparison of(List<Evaluation> results, List<Evaluation> baselines) {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("no results to compare: count=0");
        }
        List<Row> rows = new ArrayList<>();
        for (Evaluation result : results) {
            Evaluation baseline = baseline(result, baselines);
            Headline headline = Headline.of(result.task(), result.scores().keySet());
            double value = score(result, headline);
            double before = score(baseline, headline);
            double gain =
                    MultiTaskGain.percent(List.of(new MultiTaskGain.Task(value, before, headline.lowerIsBetter())));
            rows.add(new Row(result.task(), headline.metric(), value, before, gain));
        }
        return new Comparison(rows);
    }

    private static Evaluation baseline(Evaluation result, List<Evaluation> baselines) {
        List<Evaluation> same = baselines.stream()
                .filter(baseline -> baseline.task().equals(result.task()))
                .toList();
        if (same.isEmpty()) {
            throw new IllegalArgumentException("no baseline: task='%s', there are %s"
                    .formatted(
                            result.task(),
                            baselines.stream().map(Evaluation::task).toList()));
        }
        return same.stream()
                .filter(baseline ->
                        agree(baseline.dataset(), result.dataset()) && agree(baseline.split(), result.split()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("baseline on other data: task='%s', data='%s %s', expected='%s %s'"
                                .formatted(
                                        result.task(),
                                        same.get(0).dataset(),
                                        same.get(0).split(),
                                        result.dataset(),
                                        result.split())));
    }

    /** Folders of predictions don't say what they are of. */
    private static boolean agree(String one, String other) {
        return one.isEmpty() || other.isEmpty() || one.equals(other);
    }

    private static double score(Evaluation evaluation, Headline headline) {
        Double value = evaluation.scores().get(headline.metric());
        if (value == null) {
            throw new IllegalArgumentException("no such score: metric='%s', task='%s', there are %s"
                    .formatted(
                            headline.metric(),
                            evaluation.task(),
                            evaluation.scores().keySet()));
        }
        return value;
    }

    /** Δm in per cent: the mean of the gains. */
    public double gain() {
        return rows.stream().mapToDouble(Row::gain).sum() / rows.size();
    }

    /** One JSON object on one line: {@code delta_m} and {@code tasks}, the rows. */
    public String json() {
        try {
            return MAPPER.writeValueAsString(fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("comparison can't be written as JSON (bug)", e);
        }
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("delta_m", gain());
        fields.put("tasks", rows);
        return fields;
    }

    /** A Markdown table with Δm in its last row. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        String format = "| %-12s | %-6s | %10s | %10s | %8s |%n";
        text.append(format.formatted("task", "metric", "value", "baseline", "gain %"));
        text.append(format.formatted("-".repeat(12), "-".repeat(6), "---------:", "---------:", "-------:"));
        for (Row row : rows) {
            text.append(format.formatted(
                    row.task(), row.metric(), decimals(row.value()), decimals(row.baseline()), signed(row.gain())));
        }
        text.append(format.formatted("Δm", "", "", "", signed(gain())));
        return text.toString();
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.2f", value);
    }
}
