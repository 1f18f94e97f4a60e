package dev.facet.evaluation.dataset;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Which classes the ids of a label file stand for, where they aren't the classes themselves: classes are merged or ignored without
 * other files.
 *
 * @param values class, or 255 for ignored, by id of 0 to 255
 * @param other what all other ids stand for, but 255, which stays ignored; empty: for themselves
 */
public record LabelValues(Map<Integer, Integer> values, OptionalInt other) {
    /** Every id stands for itself. */
    public static final LabelValues SAME = new LabelValues(Map.of(), OptionalInt.empty());

    private static final int LAST = 255;

    /** @throws IllegalArgumentException for an id or a class outside 0 to 255 */
    public LabelValues {
        values = Map.copyOf(values);
        values.forEach((id, value) -> {
            check(id);
            check(value);
        });
        other.ifPresent(LabelValues::check);
    }

    private static void check(int value) {
        if (value < 0 || value > LAST) {
            throw new IllegalArgumentException("label value: value=%d, expected 0..255".formatted(value));
        }
    }

    int of(int id) {
        return values.getOrDefault(id, id == LAST ? id : other.orElse(id));
    }
}
