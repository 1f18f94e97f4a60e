package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;

/** What an encoder did to the pixels of a lossless WebP, and how it is undone (RFC 9649, 3.5.1 … 3.5.4). */
final class Vp8lTransform {
    static final int PREDICTION = 0;
    static final int COLOR = 1;
    static final int GREEN = 2;
    static final int PALETTE = 3;
    private static final int BLACK = 0xFF000000;

    private final int kind;
    private final int width;
    /** Exponent of a block's side, or of the pixels in one. */
    private final int bits;
    /** A block's mode or multipliers, or the colours. */
    private final int[] data;

    private Vp8lTransform(int kind, int width, int bits, int[] data) {
        this.kind = kind;
        this.width = width;
        this.bits = bits;
        this.data = data;
    }

    static Vp8lTransform green(int width) {
        return new Vp8lTransform(GREEN, width, 0, new int[0]);
    }

    /** {@link #PREDICTION} or {@link #COLOR}, by blocks of a side of {@code 2^bits}. */
    static Vp8lTransform blocks(int kind, int width, int bits, int[] data) {
        return new Vp8lTransform(kind, width, bits, data);
    }

    /**
     * Indices of colours, several in a pixel where there are few.
     *
     * @param differences of a colour to the one before it
     */
    static Vp8lTransform palette(int width, int size, int[] differences) {
        int bits = size <= 2 ? 3 : size <= 4 ? 2 : size <= 16 ? 1 : 0;
        // An index beyond the colours is transparent black.
        int[] colors = new int[256];
        int color = 0;
        for (int i = 0; i < size; i++) {
            color = sum(color, differences[i]);
            colors[i] = color;
        }
        return new Vp8lTransform(PALETTE, width, bits, colors);
    }

    /** Columns of the pixels that are undone. */
    int codedWidth() {
        return kind == PALETTE ? width + (1 << bits) - 1 >> bits : width;
    }

    /** The pixels before the encoder did it, in place where there are as many. */
    int[] undo(int[] argb, int height, Cancellation cancellation) {
        int[] target = kind == PALETTE && bits > 0 ? new int[Math.multiplyExact(height, width)] : argb;
        for (int y = 0; y < height; y++) {
            cancellation.check();
            switch (kind) {
                case PREDICTION -> predict(argb, y);
                case COLOR -> color(argb, y);
                case GREEN -> addGreen(argb, y);
                default -> look(argb, target, y);
            }
        }
        return target;
    }

    private void addGreen(int[] argb, int y) {
        for (int i = y * width; i < (y + 1) * width; i++) {
            int green = argb[i] >> 8 & 0xFF;
            argb[i] = argb[i] & 0xFF00FF00 | (argb[i] & 0xFF00FF) + (green << 16 | green) & 0xFF00FF;
        }
    }

    private void look(int[] from, int[] to, int y) {
        int row = y * codedWidth();
        int perPixel = (1 << bits) - 1;
        int depth = 8 >> bits;
        for (int x = 0; x < width; x++) {
            int packed = from[row + (x >> bits)] >> 8 & 0xFF;
            to[y * width + x] = data[packed >> (x & perPixel) * depth & (1 << depth) - 1];
        }
    }

    private void color(int[] argb, int y) {
        int across = width + (1 << bits) - 1 >> bits;
        for (int x = 0; x < width; x++) {
            int multipliers = data[(y >> bits) * across + (x >> bits)];
            int pixel = argb[y * width + x];
            byte green = (byte) (pixel >> 8);
            int red = (pixel >> 16) + part(multipliers, green) & 0xFF;
            int blue = pixel + part(multipliers >> 8, green) + part(multipliers >> 16, (byte) red) & 0xFF;
            argb[y * width + x] = pixel & 0xFF00FF00 | red << 16 | blue;
        }
    }

    private static int part(int multiplier, byte sample) {
        return (byte) multiplier * sample >> 5;
    }

    private void predict(int[] argb, int y) {
        int across = width + (1 << bits) - 1 >> bits;
        int row = y * width;
        argb[row] = sum(argb[row], y == 0 ? BLACK : argb[row - width]);
        for (int x = 1; x < width; x++) {
            int at = row + x;
            int mode = y == 0 ? 1 : data[(y >> bits) * across + (x >> bits)] >> 8 & 0xF;
            argb[at] = sum(argb[at], prediction(argb, at, mode));
        }
    }

    private int prediction(int[] argb, int at, int mode) {
        // At the right edge, what lies above at the right is this row's first: it is the next in memory.
        return switch (mode) {
            case 1 -> argb[at - 1];
            case 2 -> argb[at - width];
            case 3 -> argb[at - width + 1];
            case 4 -> argb[at - width - 1];
            case 5 -> mean(mean(argb[at - 1], argb[at - width + 1]), argb[at - width]);
            case 6 -> mean(argb[at - 1], argb[at - width - 1]);
            case 7 -> mean(argb[at - 1], argb[at - width]);
            case 8 -> mean(argb[at - width - 1], argb[at - width]);
            case 9 -> mean(argb[at - width], argb[at - width + 1]);
            case 10 -> mean(mean(argb[at - 1], argb[at - width - 1]), mean(argb[at - width], argb[at - width + 1]));
            case 11 -> nearer(argb[at - 1], argb[at - width], argb[at - width - 1]);
            case 12 -> gradient(argb[at - 1], argb[at - width], argb[at - width - 1]);
            case 13 -> halfGradient(mean(argb[at - 1], argb[at - width]), argb[at - width - 1]);
            default -> BLACK;
        };
    }

    /** Channel by channel, each modulo 256. */
    private static int sum(int a, int b) {
        return (a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00 | (a & 0xFF00FF) + (b & 0xFF00FF) & 0xFF00FF;
    }

    private static int mean(int a, int b) {
        return (((a ^ b) & 0xFEFEFEFE) >>> 1) + (a & b);
    }

    private static int nearer(int left, int above, int corner) {
        int toLeft = 0;
        int toAbove = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >>> shift & 0xFF;
            toLeft += Math.abs((above >>> shift & 0xFF) - c);
            toAbove += Math.abs((left >>> shift & 0xFF) - c);
        }
        return toLeft < toAbove ? left : above;
    }

    private static int gradient(int left, int above, int corner) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = (left >>> shift & 0xFF) + (above >>> shift & 0xFF) - (corner >>> shift & 0xFF);
            result |= clamped(value) << shift;
        }
        return result;
    }

    private static int halfGradient(int mean, int corner) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = mean >>> shift & 0xFF;
            result |= clamped(value + (value - (corner >>> shift & 0xFF)) / 2) << shift;
        }
        return result;
    }

    private static int clamped(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
