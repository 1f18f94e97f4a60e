package dev.facet.trainer.loss;

import java.util.OptionalDouble;

/**
 * Parameters of loss functions; each reads its own.
 *
 * @param positiveWeight of the weighted cross-entropy, 0..1; empty: the share of negative pixels in the batch (HED, ICCV 2015)
 * @param ignoredLabel class id that doesn't count in the cross-entropy, 255
 * @param asReference whether values are the reference's with its bugs: ln 2 more per masked pixel in the masked cross-entropy, and
 *     no number where all pixels are ignored; gradients are the same
 */
public record LossParameters(OptionalDouble positiveWeight, int ignoredLabel, boolean asReference) {
    public LossParameters {
        if (positiveWeight.isPresent() && !(positiveWeight.getAsDouble() >= 0 && positiveWeight.getAsDouble() <= 1)) {
            throw new IllegalArgumentException(
                    "positive_weight: value=%s, expected=0..1".formatted(positiveWeight.getAsDouble()));
        }
    }

    /** The given weight of edges, 255 ignored, without the reference's bugs. */
    public static LossParameters of(OptionalDouble positiveWeight) {
        return new LossParameters(positiveWeight, 255, false);
    }

    /** A copy with the reference's bugs. */
    public LossParameters withBugs() {
        return new LossParameters(positiveWeight, ignoredLabel, true);
    }
}
