package dev.facet.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The scores of one pack, or of a folder of predictions, on one split.
 *
 * @param pack {@code name@version}; empty for a folder of predictions
 * @param digest SHA-256 of the pack's file; empty for a folder of predictions
 * @param task kind
 * @param dataset name of the data set
 * @param split name of the split
 * @param images images that were scored
 * @param scores by name, the first is the one that packs are compared by; null for a class that occurs nowhere
 * @param curves numbers by class or threshold, null likewise; may be empty
 */
public record Evaluation(
        String pack,
        String digest,
        String task,
        String dataset,
        String split,
        int images,
        Map<String, Double> scores,
        Map<String, List<Double>> curves) {

    private static final JsonMapper MAPPER = new JsonMapper();

    public Evaluation {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        curves = Collections.unmodifiableMap(new LinkedHashMap<>(curves));
    }

    /** One JSON object on one line: what isn't known is left out; {@code scores} holds the curves, too. */
    public String json() {
        return json(Map.of());
    }

    /** The same with a comparison with baselines under {@code comparison}. */
    public String json(Comparison comparison) {
        return json(Map.of("comparison", comparison.fields()));
    }

    private String json(Map<String, Object> more) {
        Map<String, Object> fields = new LinkedHashMap<>();
        putKnown(fields, "pack", pack);
        putKnown(fields, "digest", digest);
        fields.put("task", task);
        putKnown(fields, "dataset", dataset);
        putKnown(fields, "split", split);
        fields.put("images", images);
        Map<String, Object> all = new LinkedHashMap<>(scores);
        all.putAll(curves);
        fields.put("scores", all);
        fields.putAll(more);
        try {
            return MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("scores can't be written as JSON (bug)", e);
        }
    }

    private static void putKnown(Map<String, Object> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    /** A Markdown table with a line that says what was scored. */
    public String markdown() {
        int width = Math.max(
                6, scores.keySet().stream().mapToInt(String::length).max().orElse(0));
        StringBuilder text = new StringBuilder();
        String what = pack.isEmpty() ? task : "%s (%s)".formatted(pack, task);
        String where = dataset.isEmpty() ? "" : " on %s, %s".formatted(dataset, split);
        text.append("%s%s, %d %s%n%n".formatted(what, where, images, images == 1 ? "image" : "images"));
        String row = "| %-" + width + "s | %10s |%n";
        text.append(row.formatted("metric", "value"));
        text.append(row.formatted("-".repeat(width), "---------:"));
        scores.forEach((name, value) ->
                text.append(row.formatted(name, value == null ? "–" : String.format(Locale.ROOT, "%.4f", value))));
        return text.toString();
    }
}
