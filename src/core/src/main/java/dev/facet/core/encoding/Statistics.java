package dev.facet.core.encoding;

/** Smallest, largest and mean of values that come in bands. */
final class Statistics {
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sum;
    private long count;

    void add(float[] values) {
        float low = min;
        float high = max;
        double total = sum;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
            total += value;
        }
        min = low;
        max = high;
        sum = total;
        count += values.length;
    }

    float min() {
        return min;
    }

    float max() {
        return max;
    }

    double mean() {
        return sum / count;
    }
}
