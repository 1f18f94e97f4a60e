package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;

/** Mean |p − t| over pixels with t ≠ 0. */
final class DepthDistance implements Loss {
    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        float[] weights = new float[labels.length];
        int valid = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != 0) {
                valid++;
                weights[i] = 1;
            }
        }
        return Distances.meanAbsolute(prediction, labels, weights, valid);
    }
}
