package dev.facet.core.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks a piece of a TIFF into the bytes that it has, no more; fewer are damage (TIFF 6.0, sections 9 and 13). */
final class TiffCompression {
    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int MAX_BITS = 12;

    private TiffCompression() {}

    static void unpack(int compression, byte[] bytes, int begin, int end, byte[] target, int size) {
        int unpacked = switch (compression) {
            case TiffHeader.LZW -> lzw(bytes, begin, end, target, size);
            case TiffHeader.DEFLATE -> inflate(bytes, begin, end, target, size);
            case TiffHeader.PACK_BITS -> packBits(bytes, begin, end, target, size);
            default -> {
                System.arraycopy(bytes, begin, target, 0, Math.min(size, end - begin));
                yield end - begin;
            }
        };
        if (unpacked < size) {
            throw TiffDirectory.corrupt("its data end before its picture");
        }
    }

    private static int inflate(byte[] bytes, int begin, int end, byte[] target, int size) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, begin, end - begin);
            int count = 0;
            for (int more = 1; more > 0 && count < size; count += more) {
                more = inflater.inflate(target, count, size - count);
            }
            return count;
        } catch (DataFormatException e) {
            throw new ImageException(ImageFault.CORRUPT, "damaged TIFF: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    private static int packBits(byte[] bytes, int begin, int end, byte[] target, int size) {
        int to = 0;
        for (int at = begin; at < end && to < size; ) {
            int count = bytes[at++];
            if (count >= 0) {
                int length = Math.min(count + 1, Math.min(end - at, size - to));
                System.arraycopy(bytes, at, target, to, length);
                at += count + 1;
                to += length;
            } else if (count != -128 && at < end) {
                for (int left = Math.min(1 - count, size - to); left > 0; left--) {
                    target[to++] = bytes[at];
                }
                at++;
            }
        }
        return to;
    }

    /** Codes of 9 to 12 bits, the highest first; they grow one code before they must. */
    private static int lzw(byte[] bytes, int begin, int end, byte[] target, int size) {
        // A string is what was written at a place, so nothing is copied into a table.
        int[] places = new int[1 << MAX_BITS];
        int[] lengths = new int[1 << MAX_BITS];
        int next = END + 1;
        int width = 9;
        int buffer = 0;
        int available = 0;
        int to = 0;
        int at = begin;
        while (to < size) {
            while (available < width && at < end) {
                buffer = buffer << 8 | bytes[at++] & 0xFF;
                available += 8;
            }
            if (available < width) {
                return to;
            }
            int code = buffer >> available - width & (1 << width) - 1;
            available -= width;
            if (code == END) {
                return to;
            }
            if (code == CLEAR) {
                next = END + 1;
                width = 9;
                continue;
            }
            if (code >= next) {
                throw TiffDirectory.corrupt("LZW code %d, expected less than %d".formatted(code, next));
            }
            int from = to;
            if (code < CLEAR) {
                target[to++] = (byte) code;
            } else {
                // The newest string ends with what begins here: its end is written before it is read.
                int length = Math.min(lengths[code], size - to);
                for (int i = 0; i < length; i++) {
                    target[to++] = target[places[code] + i];
                }
            }
            // With the byte that follows, this is the next string.
            if (next < places.length) {
                places[next] = from;
                lengths[next] = to - from + 1;
                next++;
            }
            if (next >= 1 << width && width < MAX_BITS) {
                width++;
            }
        }
        return to;
    }
}
