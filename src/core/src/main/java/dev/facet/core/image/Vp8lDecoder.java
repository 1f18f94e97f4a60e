package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes a lossless WebP (VP8L, RFC 9649, 3) to ARGB, sample for sample as libwebp does. Its sizes are checked before; what is
 * damaged ends in an {@link ImageException}.
 */
final class Vp8lDecoder {
    /** Signature and sizes. */
    static final int FIXED_BYTES = 5;

    private static final int SIGNATURE = 0x2F;
    private static final int MAX_CACHE_BITS = 11;
    private static final int MAX_CODES = 1 << 16;
    /** Codes of areas may take so much beside so much of a pixel: an encoder gives an area more pixels than its codes are worth. */
    private static final long CODES_BYTES = 4L << 20;

    private static final int CODES_PIXEL_BYTES = 2;
    private static final int PIXELS_BETWEEN_CHECKS = 1 << 14;

    /** Pixels that are near, in the order of their numbers: to the left, upwards. */
    private static final int[] NEAR = {
        0, 1, 1, 0, 1, 1, -1, 1, 0, 2, 2, 0, 1, 2, -1, 2, 2, 1, -2, 1, 2, 2, -2, 2, 0, 3, 3, 0, 1, 3, -1, 3, 3, 1, -3,
                1,
        2, 3, -2, 3, 3, 2, -3, 2, 0, 4, 4, 0, 1, 4, -1, 4, 4, 1, -4, 1, 3, 3, -3, 3, 2, 4, -2, 4, 4, 2, -4, 2, 0, 5, 3,
                4,
        -3, 4, 4, 3, -4, 3, 5, 0, 1, 5, -1, 5, 5, 1, -5, 1, 2, 5, -2, 5, 5, 2, -5, 2, 4, 4, -4, 4, 3, 5, -3, 5, 5, 3,
                -5, 3,
        0, 6, 6, 0, 1, 6, -1, 6, 6, 1, -6, 1, 2, 6, -2, 6, 6, 2, -6, 2, 4, 5, -4, 5, 5, 4, -5, 4, 3, 6, -3, 6, 6, 3, -6,
                3,
        0, 7, 7, 0, 1, 7, -1, 7, 5, 5, -5, 5, 7, 1, -7, 1, 4, 6, -4, 6, 6, 4, -6, 4, 2, 7, -2, 7, 7, 2, -7, 2, 3, 7, -3,
                7,
        7, 3, -7, 3, 5, 6, -5, 6, 6, 5, -6, 5, 8, 0, 4, 7, -4, 7, 7, 4, -7, 4, 8, 1, 8, 2, 6, 6, -6, 6, 8, 3, 5, 7, -5,
                7,
        7, 5, -7, 5, 8, 4, 6, 7, -6, 7, 7, 6, -7, 6, 8, 5, 7, 7, -7, 7, 8, 6, 8, 7
    };

    private final Vp8lBits bits;
    private final Cancellation cancellation;
    private final byte[] room = new byte[256 + Vp8lCodes.LENGTHS + (1 << MAX_CACHE_BITS)];

    private Vp8lDecoder(Vp8lBits bits, Cancellation cancellation) {
        this.bits = bits;
        this.cancellation = cancellation;
    }

    /** Bytes that decoding needs at most, from the file to its pixels. */
    static long bytes(long pixels) {
        // Pixels, packed ones beside them, what blocks say, codes.
        return (4 + 2 + 1 + CODES_PIXEL_BYTES) * pixels + CODES_BYTES;
    }

    /** Decodes a chunk's content, which has {@link #FIXED_BYTES} at least. */
    static int[] decode(byte[] bytes, int begin, int end, Cancellation cancellation) {
        Vp8lBits bits = new Vp8lBits(bytes, begin, end);
        int signature = bits.read(8);
        int width = 1 + bits.read(14);
        int height = 1 + bits.read(14);
        boolean alpha = bits.flag();
        if (signature != SIGNATURE || bits.read(3) != 0) {
            throw corrupt("no lossless picture");
        }
        int[] argb = new Vp8lDecoder(bits, cancellation).picture(height, width);
        for (int i = 0; !alpha && i < argb.length; i++) {
            argb[i] |= 0xFF000000;
        }
        return argb;
    }

    /** Decodes a picture without a header, as a plane of alpha is. */
    static int[] decodePlane(byte[] bytes, int begin, int end, int height, int width, Cancellation cancellation) {
        return new Vp8lDecoder(new Vp8lBits(bytes, begin, end), cancellation).picture(height, width);
    }

    private int[] picture(int height, int width) {
        List<Vp8lTransform> transforms = new ArrayList<>();
        int coded = width;
        int seen = 0;
        while (bits.flag()) {
            int kind = bits.read(2);
            if ((seen & 1 << kind) != 0) {
                throw corrupt("a transform twice");
            }
            seen |= 1 << kind;
            transforms.add(transform(kind, height, coded));
            coded = transforms.get(transforms.size() - 1).codedWidth();
        }
        int[] argb = pixels(height, coded, true);
        for (int i = transforms.size() - 1; i >= 0; i--) {
            argb = transforms.get(i).undo(argb, height, cancellation);
        }
        return argb;
    }

    private Vp8lTransform transform(int kind, int height, int width) {
        if (kind == Vp8lTransform.GREEN) {
            return Vp8lTransform.green(width);
        }
        if (kind == Vp8lTransform.PALETTE) {
            int size = 1 + bits.read(8);
            return Vp8lTransform.palette(width, size, pixels(1, size, false));
        }
        int block = 2 + bits.read(3);
        int[] data = pixels(blocks(height, block), blocks(width, block), false);
        return Vp8lTransform.blocks(kind, width, block, data);
    }

    private static int blocks(int extent, int bits) {
        return extent + (1 << bits) - 1 >> bits;
    }

    /** Reads coded pixels; those of the picture may have codes for each area. */
    private int[] pixels(int height, int width, boolean picture) {
        int cacheBits = bits.flag() ? bits.read(4) : 0;
        if (cacheBits > MAX_CACHE_BITS) {
            throw corrupt("cache of %d bits".formatted(cacheBits));
        }
        int cached = cacheBits == 0 ? 0 : 1 << cacheBits;
        if (!picture || !bits.flag()) {
            return pixels(
                    height, width, new int[0], 0, new Vp8lCodes[] {Vp8lCodes.read(bits, cached, room)}, cacheBits);
        }
        int block = 2 + bits.read(3);
        int[] areas = pixels(blocks(height, block), blocks(width, block), false);
        boolean[] used = new boolean[MAX_CODES];
        int count = 0;
        for (int i = 0; i < areas.length; i++) {
            areas[i] = areas[i] >>> 8 & 0xFFFF;
            used[areas[i]] = true;
            count = Math.max(count, areas[i] + 1);
        }
        Vp8lCodes[] codes = new Vp8lCodes[count];
        long left = CODES_BYTES + (long) CODES_PIXEL_BYTES * height * width;
        for (int i = 0; i < count; i++) {
            cancellation.check();
            Vp8lCodes read = Vp8lCodes.read(bits, cached, room);
            if (used[i]) {
                codes[i] = read;
                left -= read.bytes();
            }
            if (left < 0) {
                throw new ImageException(
                        ImageFault.UNSUPPORTED_FORMAT,
                        "lossless WebP of too many prefix codes: count=%d; convert it to PNG".formatted(count));
            }
        }
        return pixels(height, width, areas, block, codes, cacheBits);
    }

    private int[] pixels(int height, int width, int[] areas, int block, Vp8lCodes[] codes, int cacheBits) {
        int[] argb = new int[Math.multiplyExact(height, width)];
        int[] cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
        int shift = 32 - cacheBits;
        int across = areas.length == 0 ? 0 : blocks(width, block);
        // A run ends inside another area or begins there: whose pixel it is, is asked for when its column or row is
        // new.
        int mask = areas.length == 0 ? -1 : (1 << block) - 1;
        Vp8lCodes code = codes[areas.length == 0 ? 0 : areas[0]];
        int x = 0;
        int y = 0;
        int checked = 0;
        for (int at = 0; at < argb.length; ) {
            if (areas.length > 0 && (x & mask) == 0) {
                code = codes[areas[(y >> block) * across + (x >> block)]];
            }
            if (at - checked >= PIXELS_BETWEEN_CHECKS) {
                cancellation.check();
                checked = at;
            }
            int green = code.green().read(bits);
            int length = 1;
            if (green < 256) {
                int red = code.red().read(bits);
                int blue = code.blue().read(bits);
                int alpha = code.alpha().read(bits);
                argb[at] = alpha << 24 | red << 16 | green << 8 | blue;
            } else if (green < 256 + Vp8lCodes.LENGTHS) {
                length = copy(argb, at, width, green - 256, code);
            } else {
                int index = green - 256 - Vp8lCodes.LENGTHS;
                argb[at] = cache[index];
            }
            for (int i = at; cacheBits > 0 && i < at + length; i++) {
                cache[0x1E35A7BD * argb[i] >>> shift] = argb[i];
            }
            at += length;
            x += length;
            if (x >= width) {
                y += x / width;
                x %= width;
            }
            if (length > 1 && areas.length > 0 && at < argb.length) {
                code = codes[areas[(y >> block) * across + (x >> block)]];
            }
        }
        return argb;
    }

    private int copy(int[] argb, int at, int width, int prefix, Vp8lCodes code) {
        int length = number(prefix);
        int distance = distance(number(code.distance().read(bits)), width);
        if (distance > at || length > argb.length - at) {
            throw corrupt("a copy from outside the picture");
        }
        for (int i = at; i < at + length; i++) {
            argb[i] = argb[i - distance];
        }
        return length;
    }

    /** A length or a distance, 1 and more, by its prefix (RFC 9649, 3.5.2.2). */
    private int number(int prefix) {
        if (prefix < 4) {
            return prefix + 1;
        }
        int extra = prefix - 2 >> 1;
        return (2 + (prefix & 1) << extra) + bits.read(extra) + 1;
    }

    private static int distance(int number, int width) {
        if (number > NEAR.length / 2) {
            return number - NEAR.length / 2;
        }
        return Math.max(1, NEAR[2 * number - 2] + NEAR[2 * number - 1] * width);
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
