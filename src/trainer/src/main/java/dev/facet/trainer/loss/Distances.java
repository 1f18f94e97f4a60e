package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Distances between maps. */
final class Distances {
    private Distances() {}

    /** Σ weight·|prediction − label| / count; 0 where count is. */
    static NDArray meanAbsolute(NDArray prediction, float[] labels, float[] weights, int count) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= Math.max(1, count);
        }
        NDManager manager = prediction.getManager();
        NDArray difference =
                prediction.sub(manager.create(labels, prediction.getShape())).abs();
        return difference.mul(manager.create(weights, prediction.getShape())).sum();
    }
}
