package dev.facet.evaluation.report;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;

/**
 * The score that tasks of a kind are compared by, as the method's paper does.
 *
 * @param metric its name among the scores
 * @param lowerIsBetter whether it is an error
 */
public record Headline(String metric, boolean lowerIsBetter) {
    /** The headline of a task kind. */
    public static Headline of(String kind) {
        return switch (kind) {
            case Segmentation.ID, HumanParts.ID, Saliency.ID -> new Headline("mIoU", false);
            case Edges.ID -> new Headline("odsF", false);
            case Normals.ID -> new Headline("mean", true);
            case Depth.ID -> new Headline("rmse", true);
            default -> throw new IllegalArgumentException("task kind: value='%s'".formatted(kind));
        };
    }
}
