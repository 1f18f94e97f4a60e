package dev.facet.evaluation.metric;

import java.util.Arrays;

/**
 * The median of many angles in degrees: exact up to ten million of them, from then on to 0.001° by a histogram. Thread-safe.
 */
final class AngleMedian {
    private static final int EXACT = 10_000_000;
    private static final int BINS_PER_DEGREE = 1000;

    private float[] angles = new float[1 << 16];
    private int kept;
    private long[] histogram;
    private long count;

    synchronized void add(float[] more, int size) {
        count += size;
        if (histogram == null && count <= EXACT) {
            if (kept + size > angles.length) {
                angles = Arrays.copyOf(angles, Math.max(kept + size, (int) Math.min(EXACT, 2L * angles.length)));
            }
            System.arraycopy(more, 0, angles, kept, size);
            kept += size;
            return;
        }
        if (histogram == null) {
            histogram = new long[180 * BINS_PER_DEGREE + 1];
            fill(angles, kept);
            angles = new float[0];
        }
        fill(more, size);
    }

    private void fill(float[] values, int size) {
        for (int i = 0; i < size; i++) {
            histogram[Math.min(histogram.length - 1, (int) (values[i] * BINS_PER_DEGREE))]++;
        }
    }

    /** The middle angle, or the mean of the two in the middle. */
    synchronized double value() {
        if (count == 0) {
            throw new IllegalStateException("median of nothing (bug)");
        }
        if (histogram != null) {
            return (ranked((count - 1) / 2) + ranked(count / 2)) / 2;
        }
        float[] sorted = Arrays.copyOf(angles, kept);
        Arrays.sort(sorted);
        return ((double) sorted[(kept - 1) / 2] + sorted[kept / 2]) / 2;
    }

    private double ranked(long rank) {
        long below = 0;
        int bin = 0;
        while (below + histogram[bin] <= rank) {
            below += histogram[bin++];
        }
        return (bin + 0.5) / BINS_PER_DEGREE;
    }
}
