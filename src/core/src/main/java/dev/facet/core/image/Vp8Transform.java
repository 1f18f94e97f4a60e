package dev.facet.core.image;

/** VP8's inverse transforms (RFC 6386, section 14), in the integers of the reference decoders. */
final class Vp8Transform {
    private Vp8Transform() {}

    /** Spreads the coefficients of a Y2 block over the DC coefficients of its sixteen blocks, which lie 16 apart. */
    static void walshHadamard(short[] from, short[] coefficients) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int a = from[i] + from[12 + i];
            int b = from[4 + i] + from[8 + i];
            int c = from[4 + i] - from[8 + i];
            int d = from[i] - from[12 + i];
            columns[i] = a + b;
            columns[4 + i] = d + c;
            columns[8 + i] = a - b;
            columns[12 + i] = d - c;
        }
        for (int i = 0; i < 4; i++) {
            int rounded = columns[4 * i] + 3;
            int a = rounded + columns[4 * i + 3];
            int b = columns[4 * i + 1] + columns[4 * i + 2];
            int c = columns[4 * i + 1] - columns[4 * i + 2];
            int d = rounded - columns[4 * i + 3];
            coefficients[64 * i] = (short) (a + b >> 3);
            coefficients[64 * i + 16] = (short) (d + c >> 3);
            coefficients[64 * i + 32] = (short) (a - b >> 3);
            coefficients[64 * i + 48] = (short) (d - c >> 3);
        }
    }

    /** Adds a block of 4×4 to what was predicted. */
    static void add(short[] coefficients, int from, byte[] plane, int at, int stride, int[] columns) {
        for (int i = 0; i < 4; i++) {
            int in = from + i;
            int a = coefficients[in] + coefficients[in + 8];
            int b = coefficients[in] - coefficients[in + 8];
            int c = sine(coefficients[in + 4]) - cosine(coefficients[in + 12]);
            int d = cosine(coefficients[in + 4]) + sine(coefficients[in + 12]);
            columns[4 * i] = a + d;
            columns[4 * i + 1] = b + c;
            columns[4 * i + 2] = b - c;
            columns[4 * i + 3] = a - d;
        }
        for (int i = 0; i < 4; i++) {
            int rounded = columns[i] + 4;
            int a = rounded + columns[8 + i];
            int b = rounded - columns[8 + i];
            int c = sine(columns[4 + i]) - cosine(columns[12 + i]);
            int d = cosine(columns[4 + i]) + sine(columns[12 + i]);
            int to = at + i * stride;
            plane[to] = sum(plane[to], a + d);
            plane[to + 1] = sum(plane[to + 1], b + c);
            plane[to + 2] = sum(plane[to + 2], b - c);
            plane[to + 3] = sum(plane[to + 3], a - d);
        }
    }

    /** √2·cos(π/8) in 16 bits. */
    private static int cosine(int value) {
        return (value * 20091 >> 16) + value;
    }

    /** √2·sin(π/8) in 16 bits. */
    private static int sine(int value) {
        return value * 35468 >> 16;
    }

    private static byte sum(byte sample, int eighths) {
        return (byte) Math.max(0, Math.min(255, (sample & 0xFF) + (eighths >> 3)));
    }
}
