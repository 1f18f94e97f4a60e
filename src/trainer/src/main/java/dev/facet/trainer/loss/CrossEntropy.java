package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.trainer.engine.Ops;

/** Softmax cross-entropy, the mean over pixels that aren't 255. */
final class CrossEntropy implements Loss {
    private static final float IGNORED = 255;

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        Shape shape = prediction.getShape();
        Shape one = new Shape(shape.get(0), 1, shape.get(2), shape.get(3));
        long[] classes = new long[labels.length];
        float[] weights = new float[labels.length];
        int valid = 0;
        for (float label : labels) {
            valid += label == IGNORED ? 0 : 1;
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != IGNORED) {
                classes[i] = (long) labels[i];
                weights[i] = -1f / valid;
            }
        }
        NDManager manager = prediction.getManager();
        NDArray picked = Ops.gather(Ops.logSoftmax(prediction, 1), manager.create(classes, one), 1);
        return picked.mul(manager.create(weights, one)).sum();
    }
}
