package dev.facet.core.tensor;

import java.util.Arrays;

/**
 * A tensor's extents, outermost first. May be empty (a scalar); each extent is at least 0.
 *
 * @param extents for example {@code [1, 21, 512, 512]}, read as N, C, H, W
 */
public record Shape(long... extents) {
    public Shape {
        extents = extents.clone();
        for (long extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("extent must not be negative: shape=" + Arrays.toString(extents));
            }
        }
    }

    /** Returns a copy of the extents. */
    @Override
    public long[] extents() {
        return extents.clone();
    }

    /** Number of dimensions. */
    public int rank() {
        return extents.length;
    }

    /** Extent of one dimension. */
    public long extent(int dimension) {
        return extents[dimension];
    }

    /** Extent of one dimension as an int; {@link ArithmeticException} where it does not fit. */
    public int intExtent(int dimension) {
        return Math.toIntExact(extents[dimension]);
    }

    /** Number of elements; {@link ArithmeticException} on overflow of a long. */
    public long elements() {
        long product = 1;
        for (long extent : extents) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
