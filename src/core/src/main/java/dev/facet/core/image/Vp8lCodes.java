package dev.facet.core.image;

import java.util.Arrays;

/** The five prefix codes of an area (RFC 9649, 3.7.2.1): green with lengths and cached colours, red, blue, alpha, distances. */
record Vp8lCodes(PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {
    static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int[] REPEATS = {3, 3, 11};
    private static final int[] REPEAT_BITS = {2, 3, 7};

    /**
     * Reads them.
     *
     * @param cached colours
     * @param room for lengths, as many as green has symbols at least
     */
    static Vp8lCodes read(Vp8lBits bits, int cached, byte[] room) {
        return new Vp8lCodes(
                code(bits, 256 + LENGTHS + cached, room),
                code(bits, 256, room),
                code(bits, 256, room),
                code(bits, 256, room),
                code(bits, DISTANCES, room));
    }

    int bytes() {
        return 40 + green.bytes() + red.bytes() + blue.bytes() + alpha.bytes() + distance.bytes();
    }

    private static PrefixCode code(Vp8lBits bits, int size, byte[] lengths) {
        Arrays.fill(lengths, 0, size, (byte) 0);
        if (bits.flag()) {
            int count = bits.read(1) + 1;
            int first = bits.read(bits.flag() ? 8 : 1);
            // A second one like the first leaves one.
            int second = count == 2 ? bits.read(8) : first;
            if (Math.max(first, second) >= size) {
                throw corrupt("symbol %d of %d".formatted(Math.max(first, second), size));
            }
            lengths[first] = 1;
            lengths[second] = 1;
        } else {
            byte[] own = new byte[ORDER.length];
            int count = 4 + bits.read(4);
            for (int i = 0; i < count; i++) {
                own[ORDER[i]] = (byte) bits.read(3);
            }
            lengths(bits, PrefixCode.of(own, own.length), size, lengths);
        }
        return PrefixCode.of(lengths, size);
    }

    private static void lengths(Vp8lBits bits, PrefixCode code, int size, byte[] lengths) {
        int left = bits.flag() ? 2 + bits.read(2 + 2 * bits.read(3)) : size;
        if (left > size) {
            throw corrupt("%d lengths of %d symbols".formatted(left, size));
        }
        byte previous = 8;
        for (int symbol = 0; symbol < size && left > 0; left--) {
            int length = code.read(bits);
            if (length < 16) {
                lengths[symbol++] = (byte) length;
                previous = length == 0 ? previous : (byte) length;
                continue;
            }
            int repeats = REPEATS[length - 16] + bits.read(REPEAT_BITS[length - 16]);
            if (repeats > size - symbol) {
                throw corrupt("more lengths than symbols");
            }
            Arrays.fill(lengths, symbol, symbol + repeats, length == 16 ? previous : 0);
            symbol += repeats;
        }
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
