package dev.facet.evaluation.boundary;

/**
 * How boundaries are scored.
 *
 * @param maxDistance largest distance of a pair as a share of the image's diagonal: 0.0075 for BSDS500 and PASCAL, 0.011 for
 *     NYUD
 * @param thresholds ascending, in [0, 1); a pixel is detected where its strength is above
 * @param nearest whether, of the matchings with the most pairs, one of the least total distance is taken (it decides which
 *     pixels count as right where an image has several annotators); if not, any of them
 */
public record BoundaryOptions(double maxDistance, double[] thresholds, boolean nearest) {
    private static final int MAX_THRESHOLDS = 1000;

    /** Tolerance 0.0075, thresholds 0.001, 0.01, 0.02, …, 0.99, 0.999, nearest. */
    public static final BoundaryOptions STANDARD = new BoundaryOptions(0.0075, standardThresholds(), true);

    public BoundaryOptions {
        thresholds = thresholds.clone();
        if (!(maxDistance >= 0 && maxDistance <= 0.1)) {
            throw new IllegalArgumentException("matching tolerance: value=%s, expected=0..0.1".formatted(maxDistance));
        }
        if (thresholds.length == 0 || thresholds.length > MAX_THRESHOLDS) {
            throw new IllegalArgumentException(
                    "thresholds: count=%d, expected=1..%d".formatted(thresholds.length, MAX_THRESHOLDS));
        }
        for (int i = 0; i < thresholds.length; i++) {
            if (!(thresholds[i] >= 0 && thresholds[i] < 1) || i > 0 && thresholds[i] <= thresholds[i - 1]) {
                throw new IllegalArgumentException(
                        "threshold %d: value=%s, expected ascending in [0, 1)".formatted(i, thresholds[i]));
            }
        }
    }

    @Override
    public double[] thresholds() {
        return thresholds.clone();
    }

    /** The same with another largest distance of a pair. */
    public BoundaryOptions withMaxDistance(double distance) {
        return new BoundaryOptions(distance, thresholds, nearest);
    }

    /** The same with {@code count} thresholds at the centres of equal steps: quicker, for validation while training. */
    public BoundaryOptions withThresholds(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (i + 0.5) / count;
        }
        return new BoundaryOptions(maxDistance, values, nearest);
    }

    private static double[] standardThresholds() {
        double[] values = new double[101];
        for (int i = 1; i < 100; i++) {
            values[i] = i / 100.0;
        }
        values[0] = 0.001;
        values[100] = 0.999;
        return values;
    }
}
