package dev.facet.core.image;

/** Bits of a lossless WebP, the lowest of a byte first (RFC 9649, 3.1), over a part of a file; it never reads beyond it. */
final class Vp8lBits {
    private final byte[] bytes;
    private final int end;
    private int at;
    private long buffer;
    private int count;

    Vp8lBits(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.at = begin;
        this.end = end;
    }

    /** A number of up to 32 bits. */
    int read(int bits) {
        int number = (int) (peek() & (1L << bits) - 1);
        skip(bits);
        return number;
    }

    boolean flag() {
        return read(1) == 1;
    }

    /** The bits that come, 32 at least; 0 for those beyond the end. */
    long peek() {
        while (count < 32 && at < end) {
            buffer |= (bytes[at++] & 0xFFL) << count;
            count += 8;
        }
        return buffer;
    }

    /** Takes bits that were looked at. */
    void skip(int bits) {
        if (bits > count) {
            throw new ImageException(ImageFault.CORRUPT, "damaged WebP: its data end before its picture");
        }
        buffer >>>= bits;
        count -= bits;
    }
}
