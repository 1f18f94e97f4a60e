package dev.facet.trainer.loop;

import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.report.Headline;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a validation found.
 *
 * @param scores by task the metrics by name, the first is the one to compare by; none where nothing could be scored
 * @param losses by task the weighted loss, the mean over the images
 */
public record Scores(Map<String, Map<String, Double>> scores, Map<String, Double> losses) {
    public Scores {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    }

    /** The score that a task is compared by, larger is better; NaN where there is none. */
    double figure(TaskKind kind) {
        Map<String, Double> task = scores.getOrDefault(kind.id(), Map.of());
        if (task.isEmpty()) {
            return Double.NaN;
        }
        Headline headline = Headline.of(kind.id());
        double score = task.get(headline.metric());
        return headline.lowerIsBetter() ? -score : score;
    }

    /** Minus the sum of all losses: the reference's rule, larger is better. */
    double lossFigure() {
        return -losses.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
