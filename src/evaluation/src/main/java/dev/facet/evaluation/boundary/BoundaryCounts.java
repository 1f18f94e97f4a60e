package dev.facet.evaluation.boundary;

/**
 * What was counted on one image, by threshold. Arrays are owned by the holder and read-only by agreement.
 *
 * @param matchedTruth pixels of the truth with a partner, summed over the annotators (cntR)
 * @param truth pixels of the truth, summed over the annotators (sumR)
 * @param matchedDetected detected pixels with a partner in the map of at least one annotator (cntP)
 * @param detected detected pixels (sumP)
 */
public record BoundaryCounts(long[] matchedTruth, long[] truth, long[] matchedDetected, long[] detected) {
    /** Zeros. */
    static BoundaryCounts empty(int thresholds) {
        return new BoundaryCounts(
                new long[thresholds], new long[thresholds], new long[thresholds], new long[thresholds]);
    }

    int thresholds() {
        return truth.length;
    }

    /** Share of the detected that is right; nothing detected is 1, by the benchmark's rule. */
    double precision(int threshold) {
        return detected[threshold] == 0 ? 1 : (double) matchedDetected[threshold] / detected[threshold];
    }

    /** Share of the truth that was found; 0 where nothing is detected, 1 where something is and there is no truth. */
    double recall(int threshold) {
        if (detected[threshold] == 0) {
            return 0;
        }
        return truth[threshold] == 0 ? 1 : (double) matchedTruth[threshold] / truth[threshold];
    }

    /** 2PR/(P+R), 0 where both are. */
    double f(int threshold) {
        return f(precision(threshold), recall(threshold));
    }

    static double f(double precision, double recall) {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /** The threshold of the best F, the lowest of equals. */
    int best() {
        int best = 0;
        for (int i = 1; i < thresholds(); i++) {
            best = f(i) > f(best) ? i : best;
        }
        return best;
    }

    void add(BoundaryCounts other, int from, int to) {
        matchedTruth[to] += other.matchedTruth[from];
        truth[to] += other.truth[from];
        matchedDetected[to] += other.matchedDetected[from];
        detected[to] += other.detected[from];
    }
}
