package dev.facet.core.task;

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
    private final int[] runs;

    private ClassMaps(MapResize logits) {
        this.output = logits.output();
        this.rows = logits.rowSampling();
        this.columns = logits.columnSampling();
        this.cells = cellWinners(output);
        this.runs = runs(columns);
    }

    static void checkClasses(List<LabelClass> classes) {
        if (classes.size() < 2 || classes.size() > 255) {
            throw new IllegalArgumentException("classes: count=%d, expected 2..255".formatted(classes.size()));
        }
    }

    /** Class ids at the answer's size. */
    static PredictionRows rows(MapResize logits, List<LabelClass> classes) {
        ClassMaps maps = new ClassMaps(logits);
        return (first, count) -> new Prediction.LabelMap(count, logits.width(), maps.band(first, count), classes);
    }

    /**
     * What a row is computed in.
     *
     * @param lines the map's line at this row, for each class
     * @param start logits of the cell on the left, by class
     * @param step from there to the cell on the right
     */
    private record Scratch(float[] lines, float[] start, float[] step) {
        Scratch(int channels, int width) {
            this(new float[channels * width], new float[channels], new float[channels]);
        }
    }

    private byte[] band(int first, int count) {
        byte[] ids = new byte[Math.multiplyExact(count, columns.length())];
        Scratch scratch = new Scratch(output.channels(), output.width());
        for (int y = 0; y < count; y++) {
            row(first + y, scratch, ids, y * columns.length());
        }
        return ids;
    }

    private void row(int y, Scratch scratch, byte[] ids, int to) {
        int width = output.width();
        int upper = rows.low()[y] * width;
        int lower = rows.high()[y] * width;
        boolean blended = false;
        for (int run = 1; run < runs.length; run++) {
            int begin = runs[run - 1];
            int end = runs[run];
            int left = columns.low()[begin];
            int right = columns.high()[begin];
            byte winner = cells[upper + left];
            if (winner == cells[upper + right] && winner == cells[lower + left] && winner == cells[lower + right]) {
                Arrays.fill(ids, to + begin, to + end, winner);
                continue;
            }
            if (!blended) {
                for (int channel = 0; channel < output.channels(); channel++) {
                    MapResize.blend(output, channel, rows, y, scratch.lines(), channel * width);
                }
                blended = true;
            }
            between(left, right, scratch);
            for (int x = begin; x < end; x++) {
                ids[to + x] = winner(scratch, columns.fraction()[x]);
            }
        }
    }

    private void between(int left, int right, Scratch scratch) {
        int width = output.width();
        for (int channel = 0; channel < output.channels(); channel++) {
            float start = scratch.lines()[channel * width + left];
            scratch.start()[channel] = start;
            scratch.step()[channel] = scratch.lines()[channel * width + right] - start;
        }
    }

    private static byte winner(Scratch scratch, float fraction) {
        float[] start = scratch.start();
        float[] step = scratch.step();
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int channel = 0; channel < start.length; channel++) {
            float value = start[channel] + step[channel] * fraction;
            if (value > highest) {
                highest = value;
                best = channel;
            }
        }
        return (byte) best;
    }

    /** Where pixels begin to lie between other cells than those before, and the end. */
    private static int[] runs(MapSampling columns) {
        int[] runs = new int[columns.length() + 1];
        int count = 0;
        for (int x = 0; x < columns.length(); x++) {
            boolean same =
                    x > 0 && columns.low()[x] == columns.low()[x - 1] && columns.high()[x] == columns.high()[x - 1];
            if (!same) {
                runs[count++] = x;
            }
        }
        runs[count++] = columns.length();
        return Arrays.copyOf(runs, count);
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
