package dev.facet.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Median and quartiles of measured values.
 *
 * @param lower the lower quartile, linearly interpolated
 * @param median the middle
 * @param upper the upper quartile
 * @param count how many values
 */
record Spread(double lower, double median, double upper, int count) {
    /** Of at least one value. */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured: values=0, expected at least 1");
        }
        List<Double> sorted = values.stream().sorted().toList();
        return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75), sorted.size());
    }

    /** Of the quotients of values that belong to the same round. */
    static Spread ofRatios(List<Double> values, List<Double> others) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / others.get(i));
        }
        return of(ratios);
    }

    private static double quantile(List<Double> sorted, double share) {
        double place = share * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }

    /** {@code 12.3 (12.1–12.6)}; without the quartiles where there is one value. */
    String text(int digits) {
        String number = "%." + digits + "f";
        return count == 1
                ? number.formatted(median)
                : (number + " (" + number + "–" + number + ")").formatted(median, lower, upper);
    }
}
