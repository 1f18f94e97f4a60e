package dev.facet.runtime.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Latency of two prepared packs on the same images, runs interleaved, so that load and clock of the machine meet both alike.
 *
 * @param firstMillis median of the first
 * @param secondMillis median of the second
 * @param ratio median of first/second over the rounds
 * @param rounds rounds that were counted
 */
public record LatencyComparison(double firstMillis, double secondMillis, double ratio, int rounds) {
    /**
     * Measures, one run at a time, after two rounds to warm up.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     * @param rounds rounds to count, at least 1
     */
    public static LatencyComparison measure(
            PreparedPack first, PreparedPack second, FloatBuffer nchw, int height, int width, int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: value=%d, expected at least 1".formatted(rounds));
        }
        double[] firsts = new double[rounds];
        double[] seconds = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = -2; round < rounds; round++) {
            // Who goes first alternates: the second of a pair finds warmer caches.
            boolean swapped = round % 2 != 0;
            double one = swapped ? 0 : millis(first, nchw, height, width);
            double other = millis(second, nchw, height, width);
            one = swapped ? millis(first, nchw, height, width) : one;
            if (round >= 0) {
                firsts[round] = one;
                seconds[round] = other;
                ratios[round] = one / other;
            }
        }
        return new LatencyComparison(median(firsts), median(seconds), median(ratios), rounds);
    }

    private static double millis(PreparedPack pack, FloatBuffer nchw, int height, int width) {
        long begin = System.nanoTime();
        pack.run(nchw, height, width);
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
