package dev.facet.core.task;

import dev.facet.core.image.Frame;

/**
 * Probability that a pixel belongs to the salient object: logit, sigmoid.
 */
public record Saliency() implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "saliency";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public PredictionRows rows(NetworkOutput output, Frame frame) {
        return Probabilities.rows(output, frame);
    }
}
