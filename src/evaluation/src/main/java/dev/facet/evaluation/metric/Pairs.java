package dev.facet.evaluation.metric;

import dev.facet.core.failure.Failures;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;

/** Checks that a prediction and a label belong together. */
final class Pairs {
    private Pairs() {}

    static <T> T checked(Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("another kind: value=%s, expected=%s"
                    .formatted(Failures.inWords(value.getClass()), Failures.inWords(type)));
        }
        return type.cast(value);
    }

    static void checkQuantity(Prediction.DepthMap prediction, DepthQuantity expected) {
        DepthQuantity quantity = prediction.task().quantity();
        if (quantity != expected) {
            throw new IllegalArgumentException(
                    "another quantity: prediction=%s, expected=%s".formatted(quantity.id(), expected.id()));
        }
    }

    static void checkSize(Prediction prediction, Label label) {
        if (prediction.height() != label.height() || prediction.width() != label.width()) {
            throw new IllegalArgumentException("sizes differ: prediction=%d×%d, label=%d×%d"
                    .formatted(prediction.height(), prediction.width(), label.height(), label.width()));
        }
    }

    /** A value that was stretched to 0 … 255 as it is written to a PNG: ⌊clip(v, 0, 255) + ½⌋. */
    static int quantized(float value) {
        return (int) (Math.min(Math.max(value, 0f), 255f) + 0.5f);
    }
}
