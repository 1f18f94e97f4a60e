package dev.facet.trainer.loop;

import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.report.Headline;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a validation found.
 *
 * @param scores by task the values of its metrics by name, the first is the one to compare by; none where nothing could be scored
 * @param losses by task the weighted loss, the mean over the images
 */
public record Scores(Map<String, Map<String, Double>> scores, Map<String, Double> losses) {
    public Scores {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    }

    /** The score that weights of a task are chosen by, larger is better (degrees and metres are negated); NaN where there is none. */
    double selectionScore(TaskKind kind) {
        Map<String, Double> task = scores.getOrDefault(kind.id(), Map.of());
        if (task.isEmpty()) {
            return Double.NaN;
        }
        Headline headline = Headline.of(kind);
        double score = task.get(headline.metric());
        return headline.lowerIsBetter() ? -score : score;
    }

    /** Minus the sum of all losses: the reference's rule, larger is better. */
    double selectionLoss() {
        return -losses.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
