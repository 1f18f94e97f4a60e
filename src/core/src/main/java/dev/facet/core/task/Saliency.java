package dev.facet.core.task;

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
    public PredictionRows rows(MapResize logits) {
        return Probabilities.rows(logits);
    }
}
