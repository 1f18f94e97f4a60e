package dev.facet.core.task;

import dev.facet.core.image.Frame;
import java.util.Arrays;
import java.util.List;

/**
 * Argmax over resized logits; the lowest id wins a tie.
 *
 * <p>A pixel's logits are a convex combination of those of four map cells. Where one class wins in all four it wins in the
 * pixel, so only pixels between cells of different classes are computed in full: the answer is the same.
 */
final class ClassMaps {
    private final NetworkOutput output;
    private final MapSampling rows;
    private final MapSampling columns;
    private final byte[] cells;

    private ClassMaps(NetworkOutput output, MapSampling rows, MapSampling columns) {
        this.output = output;
        this.rows = rows;
        this.columns = columns;
        this.cells = cellWinners(output);
    }

    static void checkClasses(List<LabelClass> classes) {
        if (classes.size() < 2 || classes.size() > 255) {
            throw new IllegalArgumentException("classes: count=%d, expected 2..255".formatted(classes.size()));
        }
    }

    /** Class ids at the image's size. */
    static PredictionRows rows(NetworkOutput output, Frame frame, List<LabelClass> classes) {
        ClassMaps maps = new ClassMaps(output, MapSampling.rows(output, frame), MapSampling.columns(output, frame));
        return (first, count) -> new Prediction.LabelMap(count, frame.imageWidth(), maps.band(first, count), classes);
    }

    private byte[] band(int first, int count) {
        byte[] ids = new byte[Math.multiplyExact(count, columns.length())];
        float[] lines = new float[output.channels() * output.width()];
        for (int y = 0; y < count; y++) {
            row(first + y, lines, ids, y * columns.length());
        }
        return ids;
    }

    private void row(int y, float[] lines, byte[] ids, int to) {
        int width = output.width();
        int upper = rows.low()[y] * width;
        int lower = rows.high()[y] * width;
        boolean blended = false;
        for (int x = 0; x < columns.length(); x++) {
            int left = columns.low()[x];
            int right = columns.high()[x];
            byte winner = cells[upper + left];
            if (winner != cells[upper + right] || winner != cells[lower + left] || winner != cells[lower + right]) {
                if (!blended) {
                    for (int channel = 0; channel < output.channels(); channel++) {
                        MapResize.blend(output, channel, rows, y, lines, channel * width);
                    }
                    blended = true;
                }
                winner = winner(lines, width, output.channels(), left, right, columns.fraction()[x]);
            }
            ids[to + x] = winner;
        }
    }

    private static byte winner(float[] lines, int width, int channels, int left, int right, float fraction) {
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int channel = 0; channel < channels; channel++) {
            float start = lines[channel * width + left];
            float value = start + (lines[channel * width + right] - start) * fraction;
            if (value > highest) {
                highest = value;
                best = channel;
            }
        }
        return (byte) best;
    }

    private static byte[] cellWinners(NetworkOutput output) {
        int plane = output.height() * output.width();
        float[] highest = Arrays.copyOf(output.values(), plane);
        byte[] winners = new byte[plane];
        for (int channel = 1; channel < output.channels(); channel++) {
            for (int i = 0; i < plane; i++) {
                float value = output.values()[channel * plane + i];
                if (value > highest[i]) {
                    highest[i] = value;
                    winners[i] = (byte) channel;
                }
            }
        }
        return winners;
    }
}
