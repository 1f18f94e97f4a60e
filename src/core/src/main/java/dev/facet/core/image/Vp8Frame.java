package dev.facet.core.image;

import java.util.Arrays;

/**
 * The planes of a VP8 frame, whole macroblocks, chroma halved. Before and above them lies what a neighbour outside counts as; four
 * columns at the right are for what lies above at the right of the last macroblock.
 */
final class Vp8Frame {
    private static final int RIGHT = 4;

    final int rows;
    final int columns;
    final byte[] luma;
    final byte[] u;
    final byte[] v;

    /** Planes for {@code rows×columns} macroblocks. */
    Vp8Frame(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.luma = plane(16);
        this.u = plane(8);
        this.v = plane(8);
    }

    /** Bytes of the planes for an image of that size, at most. */
    static long bytes(int height, int width) {
        long rows = (height + 15L) / 16;
        long columns = (width + 15L) / 16;
        return (16 * rows + 1) * (16 * columns + 1 + RIGHT) + 2 * (8 * rows + 1) * (8 * columns + 1 + RIGHT);
    }

    private byte[] plane(int size) {
        int stride = stride(size);
        byte[] plane = new byte[Math.multiplyExact(rows * size + 1, stride)];
        Arrays.fill(plane, 0, stride, (byte) 127);
        for (int y = 1; y <= rows * size; y++) {
            plane[y * stride] = (byte) 129;
        }
        return plane;
    }

    /** From row to row, of planes whose macroblocks have that size. */
    int stride(int size) {
        return columns * size + 1 + RIGHT;
    }

    /** Where a sample lies. */
    int at(int size, int y, int x) {
        return (y + 1) * stride(size) + x + 1;
    }
}
