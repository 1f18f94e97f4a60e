package dev.facet.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What stands in a table: for people as {@link #text}, for programs as {@link #value}. */
sealed interface Cell {
    String text();

    /** A string, a number, or a map of such by their names. */
    Object value();

    /** Words. */
    record Words(String text) implements Cell {
        @Override
        public Object value() {
            return text;
        }
    }

    /** A single number with its unit, which may be empty. */
    record Amount(double number, int digits, String unit) implements Cell {
        @Override
        public String text() {
            return ("%." + digits + "f").formatted(number) + suffix(unit);
        }

        @Override
        public Object value() {
            return number;
        }
    }

    /** A measured value with its quartiles. */
    record Measured(Spread spread, int digits, String unit) implements Cell {
        @Override
        public String text() {
            return spread.text(digits) + suffix(unit);
        }

        @Override
        public Object value() {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("median", spread.median());
            value.put("lower", spread.lower());
            value.put("upper", spread.upper());
            value.put("rounds", spread.count());
            return value;
        }
    }

    /**
     * Whether a value meets its bar.
     *
     * @param atMost whether the bar is the largest value that meets it, or the smallest
     */
    record Verdict(double number, double bar, boolean atMost, String unit) implements Cell {
        boolean isMet() {
            return atMost ? number <= bar : number >= bar;
        }

        @Override
        public String text() {
            String limit = bar == Math.rint(bar) ? "%.0f".formatted(bar) : Double.toString(bar);
            return "%s %s%s: %s".formatted(atMost ? "≤" : "≥", limit, suffix(unit), isMet() ? "met" : "missed");
        }

        @Override
        public Object value() {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("bar", bar);
            value.put("met", isMet());
            return value;
        }
    }

    private static String suffix(String unit) {
        return unit.isEmpty() ? "" : " " + unit;
    }

    static Cell words(String pattern, Object... values) {
        return new Words(values.length == 0 ? pattern : pattern.formatted(values));
    }

    /** Nothing was to be measured here. */
    static Cell none() {
        return new Words("–");
    }

    static Cell millis(Spread spread) {
        return new Measured(spread, 1, "ms");
    }

    static Cell ratio(Spread spread) {
        return new Measured(spread, 3, "");
    }

    static Cell megabytes(double bytes) {
        return new Amount(bytes / 1e6, 1, "MB");
    }

    static Cell atMost(double number, double bar) {
        return new Verdict(number, bar, true, "");
    }

    static Cell atLeast(double number, double bar) {
        return new Verdict(number, bar, false, "");
    }
}
