package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;

/** Smooths the edges of macroblocks and blocks when the whole frame is there (RFC 6386, section 15). */
final class Vp8LoopFilter {
    private final Vp8Header header;
    private final Vp8Frame frame;
    /** Of each macroblock: its level, and 64 where its blocks' edges are smoothed too. */
    private final byte[] levels;

    Vp8LoopFilter(Vp8Header header, Vp8Frame frame) {
        this.header = header;
        this.frame = frame;
        this.levels = new byte[frame.rows * frame.columns];
    }

    void note(int row, int column, int level, boolean inner) {
        levels[row * frame.columns + column] = (byte) (level | (inner ? 64 : 0));
    }

    void apply(Cancellation cancellation) {
        for (int row = 0; row < frame.rows; row++) {
            cancellation.check();
            for (int column = 0; column < frame.columns; column++) {
                int level = levels[row * frame.columns + column] & 63;
                if (level > 0) {
                    boolean inner = levels[row * frame.columns + column] >= 64;
                    macroblock(row, column, level, inner);
                }
            }
        }
    }

    private void macroblock(int row, int column, int level, boolean inner) {
        int interior = level;
        if (header.sharpness > 0) {
            interior = Math.min(interior >> (header.sharpness > 4 ? 2 : 1), 9 - header.sharpness);
        }
        interior = Math.max(1, interior);
        int limit = 2 * level + interior;
        int variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
        int stride = frame.stride(16);
        int at = frame.at(16, 16 * row, 16 * column);
        if (header.simpleFilter) {
            simple(at, 1, stride, column > 0 ? 0 : 4, inner, limit);
            simple(at, stride, 1, row > 0 ? 0 : 4, inner, limit);
            return;
        }
        int half = frame.stride(8);
        int halfAt = frame.at(8, 8 * row, 8 * column);
        for (int direction = 0; direction < 2; direction++) {
            boolean outer = direction == 0 ? column > 0 : row > 0;
            int across = direction == 0 ? 1 : stride;
            int along = direction == 0 ? stride : 1;
            int halfAcross = direction == 0 ? 1 : half;
            int halfAlong = direction == 0 ? half : 1;
            if (outer) {
                edge(frame.luma, at, across, along, 16, limit + 4, interior, variance, true);
                edge(frame.u, halfAt, halfAcross, halfAlong, 8, limit + 4, interior, variance, true);
                edge(frame.v, halfAt, halfAcross, halfAlong, 8, limit + 4, interior, variance, true);
            }
            if (inner) {
                for (int i = 4; i < 16; i += 4) {
                    edge(frame.luma, at + i * across, across, along, 16, limit, interior, variance, false);
                }
                edge(frame.u, halfAt + 4 * halfAcross, halfAcross, halfAlong, 8, limit, interior, variance, false);
                edge(frame.v, halfAt + 4 * halfAcross, halfAcross, halfAlong, 8, limit, interior, variance, false);
            }
        }
    }

    private void simple(int at, int across, int along, int from, boolean inner, int limit) {
        byte[] plane = frame.luma;
        for (int i = from; i < (inner ? 16 : 4); i += 4) {
            int bound = 2 * (i == 0 ? limit + 4 : limit) + 1;
            for (int k = 0; k < 16; k++) {
                int q = at + i * across + k * along;
                if (step(plane, q, across) <= bound) {
                    common(plane, q, across);
                }
            }
        }
    }

    private static void edge(
            byte[] plane,
            int at,
            int across,
            int along,
            int length,
            int limit,
            int interior,
            int variance,
            boolean macroblock) {
        int bound = 2 * limit + 1;
        for (int k = 0; k < length; k++) {
            int q = at + k * along;
            if (step(plane, q, across) > bound || !isSmooth(plane, q, across, interior)) {
                continue;
            }
            if (difference(plane, q - 2 * across, q - across) > variance
                    || difference(plane, q + across, q) > variance) {
                common(plane, q, across);
            } else if (macroblock) {
                wide(plane, q, across);
            } else {
                narrow(plane, q, across);
            }
        }
    }

    private static int step(byte[] plane, int q, int across) {
        return 4 * difference(plane, q - across, q) + difference(plane, q - 2 * across, q + across);
    }

    private static boolean isSmooth(byte[] plane, int q, int across, int interior) {
        return difference(plane, q - 4 * across, q - 3 * across) <= interior
                && difference(plane, q - 3 * across, q - 2 * across) <= interior
                && difference(plane, q - 2 * across, q - across) <= interior
                && difference(plane, q + 3 * across, q + 2 * across) <= interior
                && difference(plane, q + 2 * across, q + across) <= interior
                && difference(plane, q + across, q) <= interior;
    }

    private static int difference(byte[] plane, int a, int b) {
        return Math.abs((plane[a] & 0xFF) - (plane[b] & 0xFF));
    }

    /** The two samples at the edge. */
    private static void common(byte[] plane, int q, int across) {
        int p0 = plane[q - across] & 0xFF;
        int q0 = plane[q] & 0xFF;
        int a = 3 * (q0 - p0) + signed((plane[q - 2 * across] & 0xFF) - (plane[q + across] & 0xFF));
        plane[q - across] = clamped(p0 + (signed(a + 3) >> 3));
        plane[q] = clamped(q0 - (signed(a + 4) >> 3));
    }

    /** Two samples at either side. */
    private static void narrow(byte[] plane, int q, int across) {
        int p0 = plane[q - across] & 0xFF;
        int q0 = plane[q] & 0xFF;
        int a = 3 * (q0 - p0);
        int first = signed(a + 4) >> 3;
        int second = signed(a + 3) >> 3;
        int third = first + 1 >> 1;
        plane[q - 2 * across] = clamped((plane[q - 2 * across] & 0xFF) + third);
        plane[q - across] = clamped(p0 + second);
        plane[q] = clamped(q0 - first);
        plane[q + across] = clamped((plane[q + across] & 0xFF) - third);
    }

    /** Three samples at either side. */
    private static void wide(byte[] plane, int q, int across) {
        int p0 = plane[q - across] & 0xFF;
        int q0 = plane[q] & 0xFF;
        int a = signed(3 * (q0 - p0) + signed((plane[q - 2 * across] & 0xFF) - (plane[q + across] & 0xFF)));
        for (int i = 0; i < 3; i++) {
            int change = (27 - 9 * i) * a + 63 >> 7;
            int p = q - (i + 1) * across;
            plane[p] = clamped((plane[p] & 0xFF) + change);
            plane[q + i * across] = clamped((plane[q + i * across] & 0xFF) - change);
        }
    }

    private static int signed(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static byte clamped(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
