package dev.facet.core.quantization;

/**
 * How an activation lies in 8 bits: value = scale·(q − zeroPoint), q in 0 … 255.
 *
 * @param scale step of the value, positive and finite
 * @param zeroPoint the q of 0, 0 … 255
 */
public record ActivationScale(float scale, int zeroPoint) {
    /** Largest q. */
    public static final int LEVELS = 255;

    public ActivationScale {
        if (!isStep(scale)) {
            throw new IllegalArgumentException("scale: value=%s, expected a positive, finite number".formatted(scale));
        }
        if (zeroPoint < 0 || zeroPoint > LEVELS) {
            throw new IllegalArgumentException("zero point: value=%d, expected=0..255".formatted(zeroPoint));
        }
    }

    /** Whether that can be a scale: positive, finite, and 255 times it, too. */
    public static boolean isStep(float value) {
        return value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE / LEVELS;
    }

    /** The scale of values from {@code min} to {@code max}, a range that is widened to hold 0. */
    public static ActivationScale ofRange(double min, double max) {
        if (!(min <= max) || !Double.isFinite(max - min)) {
            throw new IllegalArgumentException(
                    "range: min=%s, max=%s, expected finite and in order".formatted(min, max));
        }
        double low = Math.min(0, min);
        double high = Math.max(0, max);
        if (high - low < 1e-6) {
            // An activation that is 0 everywhere: any scale says it.
            return new ActivationScale(1e-6f, 0);
        }
        double step = (high - low) / LEVELS;
        return new ActivationScale((float) step, (int) Math.rint(-low / step));
    }
}
