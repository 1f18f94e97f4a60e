package dev.facet.evaluation.mat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** A value of a MAT file. Immutable; arrays of more than one element are stored in column-major order. */
public sealed interface MatValue {

    /** What the value is, for messages. */
    String description();

    /** The value as a number array, or {@link MatException}. */
    default Numbers numbers() {
        if (this instanceof Numbers numbers) {
            return numbers;
        }
        throw new MatException("value of another kind: found=%s, expected=numbers".formatted(description()));
    }

    /** The value as text, or {@link MatException}. */
    default String text() {
        if (this instanceof Text text) {
            return text.value();
        }
        throw new MatException("value of another kind: found=%s, expected=text".formatted(description()));
    }

    /**
     * The elements of an array of structures, in the order of the file: fields by name. A cell array of structures reads
     * alike, and an empty array has none.
     */
    default List<Map<String, MatValue>> structures() {
        if (this instanceof Structures structures) {
            return structures.elements();
        }
        if (this instanceof Cells cells) {
            List<Map<String, MatValue>> all = new ArrayList<>();
            for (MatValue value : cells.values()) {
                all.addAll(value.structures());
            }
            return all;
        }
        if (this instanceof Numbers numbers && numbers.count() == 0) {
            return List.of();
        }
        throw new MatException("value of another kind: found=%s, expected=structures".formatted(description()));
    }

    /**
     * Real numbers or logical values.
     *
     * @param extents rows, columns, …
     * @param type type of the stored values, as the format numbers it
     * @param data the stored values, column-major, in the buffer's byte order
     */
    record Numbers(List<Integer> extents, int type, ByteBuffer data) implements MatValue {
        public Numbers {
            extents = List.copyOf(extents);
        }

        /** How many. */
        public int count() {
            return data.remaining() / NumberType.size(type);
        }

        /** The number at a column-major position. */
        public double at(int index) {
            return NumberType.read(data, data.position() + index * NumberType.size(type), type);
        }

        /** Calls {@code action} with the column-major position of every number that isn't 0, ascending. */
        public void forEachNonZero(IntConsumer action) {
            int count = count();
            boolean bytes = NumberType.size(type) == 1;
            for (int i = 0; i < count; i++) {
                // Masks are mostly empty: eight at a time.
                if (bytes && (i & 7) == 0 && i + 8 <= count && data.getLong(data.position() + i) == 0) {
                    i += 7;
                } else if (at(i) != 0) {
                    action.accept(i);
                }
            }
        }

        /** The only number, or {@link MatException}. */
        public double scalar() {
            if (count() != 1) {
                throw new MatException("numbers: count=%d, expected=1".formatted(count()));
            }
            return at(0);
        }

        /** The numbers as a matrix; {@link MatException} unless they are one that isn't empty. */
        public Matrix matrix() {
            if (extents.size() != 2 || count() == 0) {
                throw new MatException("matrix: extents=%s, expected two, at least 1".formatted(extents));
            }
            return new Matrix(extents.get(0), extents.get(1), this);
        }

        @Override
        public String description() {
            return "numbers " + extents;
        }
    }

    /**
     * A matrix of real numbers, as the file holds them; reading it column by column is quickest.
     *
     * @param numbers {@code height·width} of them
     */
    record Matrix(int height, int width, Numbers numbers) {
        /** The number of a row and a column. */
        public double at(int y, int x) {
            return numbers.at(x * height + y);
        }
    }

    /** Characters. */
    record Text(String value) implements MatValue {
        @Override
        public String description() {
            return "text";
        }
    }

    /** A cell array. */
    record Cells(List<MatValue> values) implements MatValue {
        public Cells {
            values = List.copyOf(values);
        }

        @Override
        public String description() {
            return "cells (%d)".formatted(values.size());
        }
    }

    /** An array of structures; each element has the same fields. */
    record Structures(List<Map<String, MatValue>> elements) implements MatValue {
        public Structures {
            elements = List.copyOf(elements);
        }

        @Override
        public String description() {
            return "structures (%d)".formatted(elements.size());
        }
    }
}
