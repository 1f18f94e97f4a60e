package dev.facet.evaluation.metric;

import java.util.Arrays;

/** Spearman's rank correlation; equal values share the mean of their ranks. */
final class RankCorrelation {
    private RankCorrelation() {}

    /**
     * The correlation, −1 … 1; 0 where one side is all the same.
     *
     * @param x values, none NaN
     * @param y as many
     */
    static double of(float[] x, float[] y) {
        double[] a = ranks(x);
        double[] b = ranks(y);
        // Ranks of n values have this mean, whatever is tied.
        double mean = (x.length - 1) / 2.0;
        double together = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < a.length; i++) {
            together += (a[i] - mean) * (b[i] - mean);
            squares += (a[i] - mean) * (a[i] - mean);
            otherSquares += (b[i] - mean) * (b[i] - mean);
        }
        return squares > 0 && otherSquares > 0 ? together / Math.sqrt(squares * otherSquares) : 0;
    }

    /** Ranks from 0. */
    private static double[] ranks(float[] values) {
        // A value in the upper half, in an order that whole numbers have too, and its place in the lower.
        long[] places = new long[values.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = (long) ordered(values[i]) << 32 | i;
        }
        Arrays.sort(places);
        double[] ranks = new double[values.length];
        for (int first = 0; first < places.length; ) {
            int end = first + 1;
            while (end < places.length && places[end] >> 32 == places[first] >> 32) {
                end++;
            }
            for (int i = first; i < end; i++) {
                ranks[(int) places[i]] = (first + end - 1) / 2.0;
            }
            first = end;
        }
        return ranks;
    }

    private static int ordered(float value) {
        // Both zeros are one value.
        int bits = Float.floatToIntBits(value == 0 ? 0f : value);
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }
}
