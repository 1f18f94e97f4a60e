package dev.facet.core.task;

import dev.facet.core.image.Frame;

/** Sigmoid of one resized logit. */
final class Probabilities {
    private Probabilities() {}

    static float[] of(NetworkOutput output, Frame frame) {
        MapSampling rows = MapSampling.rows(output, frame);
        MapSampling columns = MapSampling.columns(output, frame);
        int width = columns.length();
        float[] values = new float[Math.multiplyExact(rows.length(), width)];
        MapResize.rows(output, 0, rows, columns, (y, row) -> {
            int to = y * width;
            for (float logit : row) {
                values[to++] = (float) (1 / (1 + Math.exp(-logit)));
            }
        });
        return values;
    }
}
