package dev.facet.evaluation.report;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.util.Collection;

/**
 * The score that tasks of a kind are compared by, as the method's paper does; inverse depth by its mean error over the range.
 *
 * @param metric its name among the scores
 * @param lowerIsBetter whether it is an error
 */
public record Headline(String metric, boolean lowerIsBetter) {
    private static final Headline INVERSE_DEPTH = new Headline("l1_range", true);

    /** The headline of a task kind. */
    public static Headline of(TaskKind kind) {
        return kind instanceof Depth depth && depth.isInverse() ? INVERSE_DEPTH : ofKind(kind.id());
    }

    /**
     * The headline of a task kind, of which the scores say whether depth is inverse depth.
     *
     * @param kind its name
     * @param metrics names of what was scored
     */
    public static Headline of(String kind, Collection<String> metrics) {
        return kind.equals(Depth.ID) && metrics.contains(INVERSE_DEPTH.metric()) ? INVERSE_DEPTH : ofKind(kind);
    }

    private static Headline ofKind(String kind) {
        return switch (kind) {
            case Segmentation.ID, HumanParts.ID, Saliency.ID -> new Headline("mIoU", false);
            case Edges.ID -> new Headline("odsF", false);
            case Normals.ID -> new Headline("mean", true);
            case Depth.ID -> new Headline("rmse", true);
            default -> throw new IllegalArgumentException("task kind: value='%s'".formatted(kind));
        };
    }
}
