package dev.facet.trainer.table;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values of several seeds in a few characters. Two values have no deviation worth a number: both are shown. */
final class Spread {
    /** What stands for nothing. */
    static final String NONE = "–";

    private Spread() {}

    /** For example {@code 0.7639 ± 0.0069 (3)}, or {@code 0.7617, 0.7630}. */
    static String text(List<Double> values, String format) {
        if (values.isEmpty()) {
            return NONE;
        }
        if (values.size() < 3) {
            return values.stream().map(value -> number(value, format)).collect(Collectors.joining(", "));
        }
        String deviation = number(deviation(values), format.replace("+", ""));
        return "%s ± %s (%d)".formatted(number(mean(values), format), deviation, values.size());
    }

    /** A number with a real minus sign. */
    static String number(double value, String format) {
        return String.format(Locale.ROOT, format, value).replace('-', '\u2212');
    }

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Sample deviation of at least two values. */
    static double deviation(List<Double> values) {
        double mean = mean(values);
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values.size() - 1));
    }
}
