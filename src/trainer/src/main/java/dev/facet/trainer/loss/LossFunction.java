package dev.facet.trainer.loss;

import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.TaskKind;
import java.util.Arrays;
import java.util.List;

/** The loss functions; those that the reference has, under the names of its configurations. */
public enum LossFunction {
    /** Softmax cross-entropy, the mean over pixels that aren't ignored. */
    CROSS_ENTROPY("CrossEntropyLoss"),
    /** Binary cross-entropy, the mean over all pixels. */
    BINARY_CROSS_ENTROPY("BCEWithLogitsLoss"),
    /** Binary cross-entropy, the mean over pixels with labels up to 1. */
    MASKED_BINARY_CROSS_ENTROPY("BCEWithLogitsLossMasked"),
    /** Weighted binary cross-entropy, the mean over pixels with labels up to 1.1. */
    WEIGHTED_BINARY_CROSS_ENTROPY("BCEWithLogitsLossWeighted"),
    /** |p − t|, the mean over all values. */
    DISTANCE("L1Loss"),
    /** |p − t|, the mean over the components of pixels whose label isn't zero. */
    NORMALS_DISTANCE("L1MaskedLossNormals"),
    /** |p − t|, the mean over pixels whose label isn't zero. */
    DEPTH_DISTANCE("L1MaskedLossDepth"),
    /** Of inverse depth, after prediction and label of each image are brought to one scale and shift. */
    SCALE_AND_SHIFT_INVARIANT("ScaleAndShiftInvariantLoss");

    private final String id;

    LossFunction(String id) {
        this.id = id;
    }

    /** The name in configurations. */
    public String id() {
        return id;
    }

    /** Whether it takes weights of pixels; the mean is then that of the weighted distances over the sum of the weights. */
    public boolean weighsPixels() {
        return this == NORMALS_DISTANCE || this == DEPTH_DISTANCE;
    }

    /** The function of that name; {@link IllegalArgumentException} for any other. */
    public static LossFunction of(String id) {
        return Arrays.stream(values())
                .filter(function -> function.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("loss function: value='%s', expected=%s"
                        .formatted(
                                id,
                                Arrays.stream(values()).map(LossFunction::id).toList())));
    }

    /** What the reference minimises for a kind; for inverse depth, which it hasn't, the only function. */
    public static LossFunction of(TaskKind kind) {
        return choices(kind).get(0);
    }

    /** The functions that take a kind's predictions and labels; the reference's choice first. */
    public static List<LossFunction> choices(TaskKind kind) {
        if (kind instanceof ClassKind) {
            return List.of(CROSS_ENTROPY);
        }
        if (kind instanceof Edges) {
            return List.of(WEIGHTED_BINARY_CROSS_ENTROPY, MASKED_BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY);
        }
        if (kind instanceof Saliency) {
            return List.of(MASKED_BINARY_CROSS_ENTROPY, WEIGHTED_BINARY_CROSS_ENTROPY, BINARY_CROSS_ENTROPY);
        }
        if (kind instanceof Normals) {
            return List.of(NORMALS_DISTANCE, DISTANCE);
        }
        if (kind instanceof Depth depth && depth.isInverse()) {
            return List.of(SCALE_AND_SHIFT_INVARIANT);
        }
        if (kind instanceof Depth) {
            return List.of(DEPTH_DISTANCE, DISTANCE);
        }
        throw new IllegalStateException("no loss for kind %s (bug)".formatted(kind.id()));
    }
}
