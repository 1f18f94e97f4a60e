package dev.facet.trainer.table;

import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.evaluation.report.MultiTaskGain;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far the difference of two methods depends on which images were scored (Efron and Tibshirani, An Introduction to the Bootstrap,
 * 1993): images are drawn with replacement, the same ones for both methods and all seeds, and the relative difference is computed
 * again. What seeds change is not in it.
 */
final class PairedBootstrap {
    static final int RESAMPLES = 2000;
    private static final double SHARE = 0.95;

    private PairedBootstrap() {}

    /**
     * Two methods with one seed.
     *
     * @param own of the same images as {@code other}
     */
    record Pair(ImageCounts own, ImageCounts other) {
        boolean isOfTheSameImages() {
            return own.ids().equals(other.ids());
        }
    }

    /**
     * Relative differences in per cent, positive where the first is better, each the mean over the seeds on one draw of images.
     *
     * @param seed of the draws
     */
    static double[] differences(List<Pair> seeds, boolean lowerIsBetter, long seed) {
        int images = seeds.get(0).own().ids().size();
        SplittableRandom random = new SplittableRandom(seed);
        double[] differences = new double[RESAMPLES];
        int[] times = new int[images];
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.fill(times, 0);
            for (int k = 0; k < images; k++) {
                times[random.nextInt(images)]++;
            }
            for (Pair pair : seeds) {
                double other = pair.other().score(times);
                // A draw in which nothing counts says nothing.
                if (other != 0 && Double.isFinite(other)) {
                    differences[i] += MultiTaskGain.percent(
                                    List.of(new MultiTaskGain.Task(pair.own().score(times), other, lowerIsBetter)))
                            / seeds.size();
                }
            }
        }
        return differences;
    }

    /** An interval. */
    record Interval(double low, double high) {
        /** The middle 95 % of the differences. */
        static Interval of(double[] differences) {
            double[] sorted = differences.clone();
            Arrays.sort(sorted);
            int cut = (int) Math.round((1 - SHARE) / 2 * sorted.length);
            return new Interval(sorted[cut], sorted[sorted.length - 1 - cut]);
        }

        @Override
        public String toString() {
            return "[%s, %s]".formatted(Spread.number(low, "%+.2f"), Spread.number(high, "%+.2f"));
        }
    }
}
