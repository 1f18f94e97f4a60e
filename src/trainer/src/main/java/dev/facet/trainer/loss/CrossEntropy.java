package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.facet.trainer.engine.Ops;

/** Softmax cross-entropy, the mean over pixels that aren't ignored. */
final class CrossEntropy implements Loss {
    private final float ignored;
    private final boolean asReference;

    CrossEntropy(LossParameters parameters) {
        this.ignored = parameters.ignoredLabel();
        this.asReference = parameters.asReference();
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        Shape shape = prediction.getShape();
        Shape one = new Shape(shape.get(0), 1, shape.get(2), shape.get(3));
        long[] classes = new long[labels.length];
        float[] weights = new float[labels.length];
        int valid = 0;
        for (float label : labels) {
            valid += label == ignored ? 0 : 1;
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != ignored) {
                if (!(labels[i] >= 0 && labels[i] < shape.get(1))) {
                    throw new IllegalArgumentException("label out of range: value=%s, expected=0..%d|%.0f"
                            .formatted(labels[i], shape.get(1) - 1, ignored));
                }
                classes[i] = (long) labels[i];
                weights[i] = -1f / valid;
            }
        }
        NDArray picked = Ops.gather(
                Ops.logSoftmax(prediction, 1), prediction.getManager().create(classes, one), 1);
        NDArray loss = picked.mul(Ops.constant(prediction, weights, one)).sum();
        // The reference divides zero by the number of valid pixels, zero.
        return asReference && valid == 0 ? loss.mul(Float.NaN) : loss;
    }
}
