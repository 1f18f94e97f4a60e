package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.engine.Ops;
import java.util.OptionalDouble;

/** What is minimised for one task, over all valid pixels of a batch; 0 where there are none. */
public interface Loss {
    /**
     * The loss.
     *
     * @param prediction [N, C, H, W] at the size of the labels: logits, unit normals or depth
     * @param labels {@code N·C'·H·W} values, NCHW
     * @return a scalar with gradient
     */
    NDArray of(NDArray prediction, float[] labels);

    /**
     * The loss where pixels count differently. Losses that {@linkplain LossFunction#weighsPixels() don't weigh pixels} take all the
     * same.
     *
     * @param weights {@code N·H·W} values, 0 … 1
     */
    default NDArray of(NDArray prediction, float[] labels, float[] weights) {
        return of(prediction, labels);
    }

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
        return of(kind, LossFunction.of(kind), LossParameters.of(positiveWeight));
    }

    /**
     * A loss of a kind.
     *
     * @throws IllegalArgumentException if the function doesn't take the kind's predictions and labels
     */
    static Loss of(TaskKind kind, LossFunction function, LossParameters parameters) {
        if (!LossFunction.choices(kind).contains(function)) {
            throw new IllegalArgumentException("loss function: value='%s', expected=%s [task=%s]"
                    .formatted(
                            function.id(),
                            LossFunction.choices(kind).stream()
                                    .map(LossFunction::id)
                                    .toList(),
                            kind.id()));
        }
        Loss loss = switch (function) {
            case CROSS_ENTROPY -> new CrossEntropy(parameters);
            case BINARY_CROSS_ENTROPY, MASKED_BINARY_CROSS_ENTROPY, WEIGHTED_BINARY_CROSS_ENTROPY ->
                new BinaryCrossEntropy(function, parameters);
            case DISTANCE, NORMALS_DISTANCE, DEPTH_DISTANCE -> new Distance(function);
            case SCALE_AND_SHIFT_INVARIANT -> new ScaleAndShiftInvariant();
        };
        return kind instanceof Normals ? new UnitLength(loss) : loss;
    }
}
