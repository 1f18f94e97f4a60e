package dev.facet.core.task;

/** Sigmoid of one resized logit. */
final class Probabilities {
    private Probabilities() {}

    static PredictionRows rows(MapResize logits) {
        return (first, count) -> {
            float[] values = logits.rows(0, first, count);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (1 / (1 + Math.exp(-values[i])));
            }
            return new Prediction.ProbabilityMap(count, logits.width(), values);
        };
    }
}
