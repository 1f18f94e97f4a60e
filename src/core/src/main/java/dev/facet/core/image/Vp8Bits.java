package dev.facet.core.image;

/** VP8's arithmetic decoder of bits (RFC 6386, section 7) over a part of a file; it never reads beyond it. */
final class Vp8Bits {
    private final byte[] bytes;
    private final int end;
    private int at;
    /** Less than {@code range << spare}. */
    private long value;

    private int spare = -8;
    private int range = 255;

    Vp8Bits(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.end = end;
        this.at = begin;
    }

    /** A bit that is 0 in {@code probability} of 256 cases. */
    int bit(int probability) {
        if (spare < 0) {
            load();
        }
        int split = 1 + ((range - 1) * probability >> 8);
        long bound = (long) split << spare;
        int bit;
        if (value >= bound) {
            range -= split;
            value -= bound;
            bit = 1;
        } else {
            range = split;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        spare -= shift;
        return bit;
    }

    boolean flag() {
        return bit(128) == 1;
    }

    /** An unsigned number, its highest bit first. */
    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | bit(128);
        }
        return number;
    }

    /** A number and its sign. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    /** A number that is there or 0. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }

    private void load() {
        if (at >= end) {
            throw new ImageException(ImageFault.CORRUPT, "damaged WebP: its data end before its picture");
        }
        int count = Math.min(4, end - at);
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        spare += 8 * count;
    }
}
