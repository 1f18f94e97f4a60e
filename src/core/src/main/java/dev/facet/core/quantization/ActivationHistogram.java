package dev.facet.core.quantization;

import java.nio.FloatBuffer;

/**
 * How often an activation took which values, in bins of one width over its range. Counts only: what order values come in, and in
 * how many parts, changes nothing. Not thread-safe.
 */
public final class ActivationHistogram {
    private static final int BINS = 8192;

    private final double min;
    private final double max;
    private final double width;
    private final long[] counts = new long[BINS];

    /**
     * @param min least value that will be counted
     * @param max largest value that will be counted
     */
    public ActivationHistogram(float min, float max) {
        if (!(min <= max) || Float.isInfinite(max) || Float.isInfinite(min)) {
            throw new IllegalArgumentException(
                    "range: min=%s, max=%s, expected finite and in order".formatted(min, max));
        }
        this.min = min;
        this.max = max;
        width = (this.max - this.min) / BINS;
    }

    /** Counts all that is left in a buffer; what lies outside of the range counts at its end. */
    public void add(FloatBuffer values) {
        while (values.hasRemaining()) {
            int bin = width == 0 ? 0 : (int) ((values.get() - min) / width);
            counts[Math.max(0, Math.min(BINS - 1, bin))]++;
            if (width == 0) {
                values.position(values.limit());
            }
        }
    }

    /** The scale that a method chooses. */
    public ActivationScale scale(CalibrationMethod method) {
        return switch (method) {
            case MIN_MAX -> ActivationScale.ofRange(min, max);
            case PERCENTILE -> percentile();
            case LEAST_ERROR -> leastError();
        };
    }

    /** Leaves out the share of values that {@link CalibrationMethod#OUTLIERS} says, at either end. */
    private ActivationScale percentile() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        long allowed = (long) (total * CalibrationMethod.OUTLIERS);
        int low = 0;
        for (long seen = 0; low < BINS - 1 && seen + counts[low] <= allowed; low++) {
            seen += counts[low];
        }
        int high = BINS - 1;
        for (long seen = 0; high > low && seen + counts[high] <= allowed; high--) {
            seen += counts[high];
        }
        return ActivationScale.ofRange(min + low * width, min + (high + 1) * width);
    }

    /** Of 60 clipped ranges the one whose squared error over all values is least. */
    private ActivationScale leastError() {
        ActivationScale best = ActivationScale.ofRange(min, max);
        double least = error(best);
        for (int part = 1; part < 60; part++) {
            double share = 1 - part / 64.0;
            ActivationScale scale = ActivationScale.ofRange(Math.min(0, min) * share, Math.max(0, max) * share);
            double error = error(scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private double error(ActivationScale scale) {
        double step = scale.scale();
        double low = -step * scale.zeroPoint();
        double high = step * (ActivationScale.LEVELS - scale.zeroPoint());
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            double value = min + (bin + 0.5) * width;
            double outside = Math.max(0, Math.max(low - value, value - high));
            sum += counts[bin] * (outside > 0 ? outside * outside : step * step / 12);
        }
        return sum;
    }
}
