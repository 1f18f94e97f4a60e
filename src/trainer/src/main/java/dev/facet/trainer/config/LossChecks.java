package dev.facet.trainer.config;

import static dev.facet.trainer.config.ConfigurationChecks.bad;
import static dev.facet.trainer.config.ConfigurationChecks.oneOf;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.ReferenceTask;
import java.util.List;

/** Losses by task. */
final class LossChecks {
    private static final String PLAIN = "BCEWithLogitsLoss";
    private static final String MASKED = "BCEWithLogitsLossMasked";
    private static final String WEIGHTED = "BCEWithLogitsLossWeighted";

    private LossChecks() {}

    static void check(String key, ReferenceTask task, DepthQuantity quantity, TrainingConfiguration.TaskLoss loss) {
        loss.lossFunction().ifPresent(name -> oneOf(key + ".loss_function", name, functions(task, quantity)));
        loss.parameters().ifPresent(parameters -> {
            parameters.positiveWeight().ifPresent(weight -> {
                if (task != ReferenceTask.EDGE && task != ReferenceTask.SAL) {
                    throw new IllegalArgumentException(
                            "bad value: key='%s.parameters.positive_weight', expected it for edges and saliency alone"
                                    .formatted(key));
                }
                if (!(weight > 0 && weight < 1)) {
                    throw bad(key + ".parameters.positive_weight", weight, "between 0 and 1");
                }
            });
            if (parameters.ignoreIndex().orElse(255) != 255) {
                throw bad(
                        key + ".parameters.ignore_index",
                        parameters.ignoreIndex().getAsInt(),
                        "255");
            }
        });
    }

    private static List<String> functions(ReferenceTask task, DepthQuantity quantity) {
        return switch (task) {
            case SEMSEG, HUMAN_PARTS -> List.of("CrossEntropyLoss");
            case EDGE -> List.of(WEIGHTED, MASKED, PLAIN);
            case SAL -> List.of(MASKED, WEIGHTED, PLAIN);
            case NORMALS -> List.of("L1MaskedLossNormals", "L1Loss");
            case DEPTH ->
                quantity == DepthQuantity.INVERSE_DEPTH
                        ? List.of("ScaleAndShiftInvariantLoss")
                        : List.of("L1MaskedLossDepth", "L1Loss");
        };
    }
}
