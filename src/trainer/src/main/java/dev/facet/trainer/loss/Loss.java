package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.engine.Ops;
import java.util.OptionalDouble;

/** What is minimised for one task kind, over all valid pixels of a batch; 0 where there are none. */
public interface Loss {
    /**
     * The loss.
     *
     * @param prediction [N, C, H, W] at the size of the labels: logits, unit normals or depth
     * @param labels {@code N·C'·H·W} values, NCHW
     * @return a scalar with gradient
     */
    NDArray of(NDArray prediction, float[] labels);

    /** The map of the network made what {@link #of} expects: resized, normals normalised. */
    default NDArray prediction(NDArray map, int height, int width) {
        return Ops.enlarge(map, height, width);
    }

    /**
     * The reference's loss of a kind.
     *
     * @param positiveWeight weight of edges; empty: the share of pixels that are none, as HED has it
     */
    static Loss forKind(TaskKind kind, OptionalDouble positiveWeight) {
        if (kind instanceof Segmentation || kind instanceof HumanParts) {
            return new CrossEntropy();
        }
        if (kind instanceof Edges) {
            return BinaryCrossEntropy.weighted(positiveWeight);
        }
        if (kind instanceof Saliency) {
            return BinaryCrossEntropy.plain();
        }
        if (kind instanceof Normals) {
            return new NormalsDistance();
        }
        if (kind instanceof Depth) {
            return new DepthDistance();
        }
        throw new IllegalStateException("no loss for kind %s (bug)".formatted(kind.id()));
    }
}
