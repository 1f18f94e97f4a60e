package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.trainer.engine.Ops;

/**
 * (1/N)·Σ [w₊·t·softplus(−z) + w₋·(1−t)·softplus(z)] over the N valid pixels; each softplus is exact for both signs of z.
 *
 * <p>Plain: all pixels are valid. Masked: labels up to 1 are. Weighted: labels up to 1.1 are, and t is 1 from 0.5 on, else 0; w₋ =
 * 1 − w₊, with a fixed w₊ or the share of negative pixels (HED, ICCV 2015). Else both weights are 1.
 */
final class BinaryCrossEntropy implements Loss {
    private final LossFunction function;
    private final LossParameters parameters;

    BinaryCrossEntropy(LossFunction function, LossParameters parameters) {
        this.function = function;
        this.parameters = parameters;
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        boolean weighted = function == LossFunction.WEIGHTED_BINARY_CROSS_ENTROPY;
        int valid = 0;
        int positive = 0;
        for (float label : labels) {
            if (isValid(label)) {
                valid++;
                positive += label >= 0.5f ? 1 : 0;
            }
        }
        double share = parameters.positiveWeight().orElse((double) (valid - positive) / Math.max(1, valid));
        double forPositive = (weighted ? share : 1) / Math.max(1, valid);
        double forNegative = (weighted ? 1 - share : 1) / Math.max(1, valid);
        float[] positives = new float[labels.length];
        float[] negatives = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (isValid(labels[i])) {
                double target = weighted ? (labels[i] >= 0.5f ? 1 : 0) : labels[i];
                positives[i] = (float) (forPositive * target);
                negatives[i] = (float) (forNegative * (1 - target));
            }
        }
        NDArray loss = Ops.softplus(prediction.neg())
                .mul(Ops.constant(prediction, positives, prediction.getShape()))
                .add(Ops.softplus(prediction).mul(Ops.constant(prediction, negatives, prediction.getShape())))
                .sum();
        return parameters.asReference() ? loss.add((float) offset(labels.length, valid)) : loss;
    }

    private boolean isValid(float label) {
        return switch (function) {
            case WEIGHTED_BINARY_CROSS_ENTROPY -> label <= 1.1f;
            case MASKED_BINARY_CROSS_ENTROPY -> label <= 1;
            default -> true;
        };
    }

    /** What the reference adds: it masks logits and labels before the loss, so that each masked pixel costs softplus(0). */
    private double offset(int pixels, int valid) {
        return function == LossFunction.MASKED_BINARY_CROSS_ENTROPY
                ? (pixels - valid) * Math.log(2) / (valid + 1e-12)
                : 0;
    }
}
