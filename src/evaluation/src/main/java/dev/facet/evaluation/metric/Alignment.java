package dev.facet.evaluation.metric;

/**
 * The scale and shift that bring an image's inverse depths nearest to their truth: least squares over the pixels whose truth is
 * known, y ≈ scale·x + shift, with a scale of at least 0, since larger is nearer on both sides.
 *
 * @param scale 0 where the values are all the same, or fall where the truth rises
 * @param shift in the truth's unit
 */
public record Alignment(double scale, double shift) {
    /**
     * Fits.
     *
     * @param values inverse depths
     * @param truth as many, NaN where nothing is known; known at one at least
     */
    public static Alignment of(float[] values, float[] truth) {
        double mean = 0;
        double trueMean = 0;
        long known = 0;
        for (int i = 0; i < truth.length; i++) {
            if (!Float.isNaN(truth[i])) {
                mean += values[i];
                trueMean += truth[i];
                known++;
            }
        }
        mean /= known;
        trueMean /= known;
        double together = 0;
        double squares = 0;
        for (int i = 0; i < truth.length; i++) {
            if (!Float.isNaN(truth[i])) {
                together += (values[i] - mean) * (truth[i] - trueMean);
                squares += (values[i] - mean) * (values[i] - mean);
            }
        }
        double scale = squares > 0 ? Math.max(0, together / squares) : 0;
        return new Alignment(scale, trueMean - scale * mean);
    }

    /** A value in the truth's terms. */
    public double of(float value) {
        return scale * value + shift;
    }

    /** Inverse depths of distances: 1/distance, NaN where there is none. */
    public static float[] inverse(float[] distances) {
        float[] inverse = new float[distances.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = distances[i] > 0 && Float.isFinite(distances[i]) ? 1 / distances[i] : Float.NaN;
        }
        return inverse;
    }
}
