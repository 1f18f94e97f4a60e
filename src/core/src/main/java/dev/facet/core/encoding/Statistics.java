package dev.facet.core.encoding;

/**
 * Of values.
 *
 * @param min smallest
 * @param max largest
 * @param mean mean
 */
record Statistics(float min, float max, double mean) {
    static Statistics of(float[] values) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        double sum = 0;
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
        }
        return new Statistics(min, max, sum / values.length);
    }
}
