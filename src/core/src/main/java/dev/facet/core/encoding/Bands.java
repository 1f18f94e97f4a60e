package dev.facet.core.encoding;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.PredictionRows;

/**
 * A prediction's bands from top to bottom; between two of them the work may end.
 *
 * @param rows the prediction
 * @param height rows of the image
 * @param width columns of the image
 * @param cancellation whether the answer is still wanted
 */
record Bands(PredictionRows rows, int height, int width, Cancellation cancellation) {
    /** Pixels of a band of several rows: its values fit into a processor's cache, and its arrays are small for the collector. */
    static final int PIXELS = 1 << 14;

    /** Takes a band. */
    @FunctionalInterface
    interface Consumer {
        /** @param first the band's first row */
        void accept(int first, Prediction band);
    }

    void forEach(Consumer consumer) {
        int step = Math.max(1, PIXELS / width);
        for (int first = 0; first < height; first += step) {
            cancellation.check();
            consumer.accept(first, rows.band(first, Math.min(step, height - first)));
        }
    }
}
