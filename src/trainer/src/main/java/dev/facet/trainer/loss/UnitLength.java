package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.trainer.engine.Ops;

/** A loss of vectors that are brought to unit length after resizing. */
record UnitLength(Loss loss) implements Loss {
    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        return loss.of(prediction, labels);
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels, float[] weights) {
        return loss.of(prediction, labels, weights);
    }

    @Override
    public NDArray prediction(NDArray map, int height, int width) {
        return Ops.normalize(loss.prediction(map, height, width), 1);
    }
}
