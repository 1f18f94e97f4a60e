package dev.facet.trainer.tensorboard;

/**
 * How values are spread, over equal steps from the least to the greatest; values that aren't finite are left out.
 *
 * @param min least value, 0 where there is none
 * @param max greatest value
 * @param count number of values
 * @param sum their sum
 * @param squares the sum of their squares
 * @param limits upper ends of the buckets
 * @param buckets values in each
 */
record Histogram(double min, double max, long count, double sum, double squares, double[] limits, double[] buckets) {
    private static final int BUCKETS = 50;

    static Histogram of(float[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                squares += (double) value * value;
                count++;
            }
        }
        if (count == 0) {
            return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
        }
        double width = (max - min) / BUCKETS;
        double[] limits = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            limits[i] = min + (i + 1) * width;
        }
        limits[BUCKETS - 1] = max;
        double[] buckets = new double[BUCKETS];
        for (float value : values) {
            if (Float.isFinite(value)) {
                buckets[width == 0 ? BUCKETS - 1 : Math.min(BUCKETS - 1, (int) ((value - min) / width))]++;
            }
        }
        return new Histogram(min, max, count, sum, squares, limits, buckets);
    }
}
