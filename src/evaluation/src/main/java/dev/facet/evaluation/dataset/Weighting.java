package dev.facet.evaluation.dataset;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much images, or pixels, count in training: {@code min(1, v/full)} of a value v that a data set's folder says of each, or v
 * where {@code full} isn't given; 0 where v is below {@code least}.
 *
 * @param from for images a table, tab-separated, whose first line names the columns, {@code id} among them; for pixels a folder
 *     of grey pictures {@code ID.png}, whose v is 0 … 1
 * @param value for images the column, or {@code A - B}, the difference of two; empty for pixels
 * @param least 0 or more
 * @param full above 0
 */
public record Weighting(String from, Optional<String> value, double least, OptionalDouble full) {
    public Weighting {
        if (!PlainFiles.isName(from)) {
            throw new IllegalArgumentException(
                    "where weights come from: value='%s', expected a name in the data set's folder".formatted(from));
        }
        if (!(least >= 0) || Double.isInfinite(least)) {
            throw new IllegalArgumentException("least value of weights: value=%s, expected 0 or more".formatted(least));
        }
        if (full.isPresent() && (!(full.getAsDouble() > 0) || Double.isInfinite(full.getAsDouble()))) {
            throw new IllegalArgumentException(
                    "value of full weight: value=%s, expected above 0".formatted(full.getAsDouble()));
        }
    }

    /** The weight of what has that value. */
    double of(double v) {
        if (v < least || v <= 0) {
            return 0;
        }
        return full.isPresent() ? Math.min(1, v / full.getAsDouble()) : v;
    }
}
