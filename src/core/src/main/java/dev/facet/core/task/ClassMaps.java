package dev.facet.core.task;

import java.util.Arrays;
import java.util.List;

/**
 * Argmax over resized logits; the lowest id wins a tie. Where a least probability is given, a pixel whose best class has a lower
 * one, by softmax over the same resized logits, is {@link ClassKind#UNKNOWN}.
 *
 * <p>A pixel's logits are a convex combination of those of four map cells. Where one class wins in all four it wins in the
 * pixel; and where it is likely enough in all four it is so in the pixel, because −log p = log Σ exp(l) − l of a class is convex in
 * the logits. Only pixels between other cells are computed in full: the answer is the same.
 */
final class ClassMaps {
    /** exp(−17) is less than half of fp32's last digit of 1. */
    private static final float LEAST_DIFFERENCE = -17;

    private final NetworkOutput output;
    private final MapSampling rows;
    private final MapSampling columns;
    /** By cell the class that wins, or {@link ClassKind#UNKNOWN}. */
    private final byte[] cells;

    private final int[] runs;
    private final boolean leavesUnknown;
    /** Most that exp(l − l of the best class) of all classes may sum up to: 1 over the least probability. */
    private final float mostSum;
    /** Of logits that lead the second by more, the sum is not above that. */
    private final float enough;

    private ClassMaps(MapResize logits, double leastProbability) {
        this.output = logits.output();
        this.rows = logits.rowSampling();
        this.columns = logits.columnSampling();
        this.leavesUnknown = leastProbability > 0;
        this.mostSum = (float) (1 / leastProbability);
        // Rounded up: just below, the sum decides.
        this.enough = (float) Math.log((output.channels() - 1) / (1 / leastProbability - 1)) + 1e-3f;
        float[] highest = new float[output.height() * output.width()];
        this.cells = cellWinners(output, highest);
        if (leavesUnknown) {
            markUnknown(highest);
        }
        this.runs = runs(columns);
    }

    static void checkClasses(List<LabelClass> classes) {
        if (classes.size() < 2 || classes.size() > 255) {
            throw new IllegalArgumentException("classes: count=%d, expected 2..255".formatted(classes.size()));
        }
    }

    /**
     * Class ids at the answer's size.
     *
     * @param leastProbability 0 … 1; 0 leaves no pixel unknown
     */
    static PredictionRows rows(MapResize logits, List<LabelClass> classes, double leastProbability) {
        ClassMaps maps = new ClassMaps(logits, leastProbability);
        return (first, count) -> new Prediction.LabelMap(count, logits.width(), maps.band(first, count), classes);
    }

    /**
     * What a row is computed in.
     *
     * @param lines the map's line at this row, for each class
     * @param start logits of the cell on the left, by class
     * @param step from there to the cell on the right
     * @param pixel logits of a pixel, by class, where some may be unknown
     */
    private record Scratch(float[] lines, float[] start, float[] step, float[] pixel) {
        Scratch(int channels, int width) {
            this(new float[channels * width], new float[channels], new float[channels], new float[channels]);
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
            if (winner != (byte) ClassKind.UNKNOWN
                    && winner == cells[upper + right]
                    && winner == cells[lower + left]
                    && winner == cells[lower + right]) {
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
                float fraction = columns.fraction()[x];
                ids[to + x] = leavesUnknown ? likelyWinner(scratch, fraction) : winner(scratch, fraction);
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

    /** The winner of the same logits, or unknown. */
    private byte likelyWinner(Scratch scratch, float fraction) {
        float[] start = scratch.start();
        float[] step = scratch.step();
        float[] pixel = scratch.pixel();
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int channel = 0; channel < start.length; channel++) {
            float value = start[channel] + step[channel] * fraction;
            pixel[channel] = value;
            if (value > highest) {
                second = highest;
                highest = value;
                best = channel;
            } else if (value > second) {
                second = value;
            }
        }
        boolean likely = highest - second > enough || isLikely(pixel, best, highest);
        return (byte) (likely ? best : ClassKind.UNKNOWN);
    }

    private boolean isLikely(float[] logits, int best, float highest) {
        float sum = 1;
        for (int channel = 0; channel < logits.length && sum <= mostSum; channel++) {
            sum += channel == best ? 0 : exp(logits[channel] - highest);
        }
        return sum <= mostSum;
    }

    /**
     * Of a number up to 0, within 3 of fp32's last digits and several times as fast as the library's; 0 where a sum from 1 on would
     * stay as it is.
     */
    private static float exp(float x) {
        if (x < LEAST_DIFFERENCE) {
            return 0;
        }
        int power = (int) (x * 1.442695f - 0.5f);
        float rest = x - power * 0.69314575f - power * 1.4286068e-6f;
        float series = 1 / 720f;
        series = series * rest + 1 / 120f;
        series = series * rest + 1 / 24f;
        series = series * rest + 1 / 6f;
        series = series * rest + 1 / 2f;
        series = series * rest + 1;
        series = series * rest + 1;
        return series * Float.intBitsToFloat((power + 127) << 23);
    }

    private void markUnknown(float[] highest) {
        int plane = highest.length;
        int width = output.width();
        float[] sums = new float[width];
        for (int row = 0; row < plane; row += width) {
            Arrays.fill(sums, 1);
            for (int channel = 0; channel < output.channels(); channel++) {
                for (int x = 0; x < width; x++) {
                    if ((cells[row + x] & 0xFF) != channel) {
                        sums[x] += exp(output.values()[channel * plane + row + x] - highest[row + x]);
                    }
                }
            }
            for (int x = 0; x < width; x++) {
                if (!(sums[x] <= mostSum)) {
                    cells[row + x] = (byte) ClassKind.UNKNOWN;
                }
            }
        }
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

    /** @param highest gets the logit of each cell's winner */
    private static byte[] cellWinners(NetworkOutput output, float[] highest) {
        int plane = highest.length;
        System.arraycopy(output.values(), 0, highest, 0, plane);
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
