package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.facet.trainer.engine.Ops;
import java.util.OptionalDouble;

/**
 * (1/N)·[w₊·Σ₊ softplus(−z) + w₋·Σ₋ softplus(z)] over the N valid pixels (label at most 1.1; from 0.5 on positive).
 *
 * <p>Weighted: w₋ = 1 − w₊, with a fixed w₊ or the share of negative pixels (HED, ICCV 2015). Plain: both 1.
 */
final class BinaryCrossEntropy implements Loss {
    private static final float LARGEST_VALID = 1.1f;

    private final boolean weighted;
    private final OptionalDouble positiveWeight;

    private BinaryCrossEntropy(boolean weighted, OptionalDouble positiveWeight) {
        this.weighted = weighted;
        this.positiveWeight = positiveWeight;
    }

    static BinaryCrossEntropy weighted(OptionalDouble positiveWeight) {
        return new BinaryCrossEntropy(true, positiveWeight);
    }

    static BinaryCrossEntropy plain() {
        return new BinaryCrossEntropy(false, OptionalDouble.empty());
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        int valid = 0;
        int positive = 0;
        for (float label : labels) {
            valid += label <= LARGEST_VALID ? 1 : 0;
            positive += label <= LARGEST_VALID && label >= 0.5f ? 1 : 0;
        }
        double positiveShare = positiveWeight.orElse((double) (valid - positive) / Math.max(1, valid));
        float forPositive = (float) ((weighted ? positiveShare : 1) / Math.max(1, valid));
        float forNegative = (float) ((weighted ? 1 - positiveShare : 1) / Math.max(1, valid));
        // softplus(−z) = softplus(z) − z, so one softplus serves both signs.
        float[] factor = new float[labels.length];
        float[] linear = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] <= LARGEST_VALID) {
                boolean isPositive = labels[i] >= 0.5f;
                factor[i] = isPositive ? forPositive : forNegative;
                linear[i] = isPositive ? forPositive : 0;
            }
        }
        NDManager manager = prediction.getManager();
        NDArray weights = manager.create(factor, prediction.getShape());
        NDArray positives = manager.create(linear, prediction.getShape());
        return Ops.softplus(prediction)
                .mul(weights)
                .sub(prediction.mul(positives))
                .sum();
    }
}
