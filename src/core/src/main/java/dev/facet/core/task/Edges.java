package dev.facet.core.task;

/**
 * Probability that a pixel lies on a boundary: logit, sigmoid.
 *
 * @param counted what counts as an edge, in words
 */
public record Edges(String counted) implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "edges";

    public Edges {
        if (counted == null || counted.isBlank() || counted.length() > 500) {
            throw new IllegalArgumentException(
                    "counted edges: value='%s', expected 1..500 characters".formatted(counted));
        }
    }

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
