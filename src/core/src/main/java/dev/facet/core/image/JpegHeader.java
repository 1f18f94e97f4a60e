package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a JPEG's markers say before its first scan (ITU T.81, annex B): sizes, components, and what decides how the decoder goes
 * about it.
 */
final class JpegHeader {
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int ICC_SEGMENT = 0xE2;
    private static final int ADOBE_SEGMENT = 0xEE;
    /** Predictive coding. */
    private static final int LOSSLESS_FRAME = 0xC3;

    private static final int YCC = 1;
    private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    private static final int PROFILE_HEADER_BYTES = 128;

    private final byte[] bytes;
    private int frame;
    private int height;
    private int width;
    private int components;
    /** Of the frame's component specifications: id, sampling factors, table. */
    private int specifications;

    /** Begin and end of the segments that hold parts of a colour profile. */
    private final List<int[]> profile = new ArrayList<>();

    private long profileBytes;
    private long claimedProfileBytes;
    private int adobeTransform = -1;
    private int scanned;
    private int headerBytes;

    private JpegHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    static JpegHeader read(byte[] bytes, ImageLimits limits) {
        JpegHeader header = new JpegHeader(bytes);
        header.walk();
        if (header.frame == 0) {
            throw new ImageException(ImageFault.CORRUPT, "damaged JPEG: no frame before its first scan");
        }
        limits.check(header.height, header.width);
        return header;
    }

    private void walk() {
        headerBytes = bytes.length;
        int at = 2;
        while (at + 4 <= bytes.length) {
            int marker = bytes[at + 1] & 0xFF;
            if (bytes[at] != -1 || marker == 0xFF || JpegScans.isData(marker)) {
                // Fill bytes, or rubbish that the decoder passes over.
                at++;
                continue;
            }
            if (marker == END_OF_IMAGE) {
                return;
            }
            int length = Math.max(2, unsignedShort(at + 2));
            if (marker == START_OF_SCAN) {
                headerBytes = at;
                scanned = at + 4 < bytes.length ? bytes[at + 4] & 0xFF : 0;
                return;
            }
            segment(marker, at + 4, Math.min(bytes.length, at + 2 + length));
            at += 2 + length;
        }
    }

    private void segment(int marker, int begin, int end) {
        if (isFrame(marker) && frame == 0 && end - begin >= 6) {
            height = unsignedShort(begin + 1);
            width = unsignedShort(begin + 3);
            components = bytes[begin + 5] & 0xFF;
            if (end - begin < 6 + 3 * components) {
                throw new ImageException(
                        ImageFault.CORRUPT,
                        "damaged JPEG: frame of %d components in %d bytes".formatted(components, end - begin));
            }
            frame = marker;
            specifications = begin + 6;
        } else if (marker == ICC_SEGMENT && isProfile(begin, end)) {
            profile(begin, end);
        } else if (marker == ADOBE_SEGMENT && end - begin >= 12 && bytes[begin] == 'A') {
            adobeTransform = bytes[begin + 11] & 0xFF;
        }
    }

    private boolean isProfile(int begin, int end) {
        return end - begin >= PROFILE.length
                && Arrays.equals(bytes, begin, begin + PROFILE.length, PROFILE, 0, PROFILE.length);
    }

    /** A part of a profile: its number, their count, bytes; a profile begins with its size (ICC.1, 7.2.2). */
    private void profile(int begin, int end) {
        profile.add(new int[] {begin - 4, end});
        int data = begin + PROFILE.length + 2;
        profileBytes += Math.max(0, end - data);
        if (end - data >= 4 && bytes[data - 2] == 1) {
            claimedProfileBytes = (long) unsignedShort(data) << 16 | unsignedShort(data + 2);
        }
    }

    /** Metadata and profiles are copied out of the file by their readers; the file without a broken profile is a copy. */
    long copiedBytes() {
        return 3L * headerBytes + (profile.isEmpty() || hasWholeProfile() ? 0 : bytes.length);
    }

    private boolean isProfiled() {
        return !profile.isEmpty() && hasWholeProfile();
    }

    private boolean hasWholeProfile() {
        return claimedProfileBytes >= PROFILE_HEADER_BYTES && claimedProfileBytes <= profileBytes;
    }

    /** The image for a decoder, which would allocate what a profile claims to be: without one that isn't whole. */
    byte[] picture() {
        if (profile.isEmpty() || hasWholeProfile()) {
            return bytes;
        }
        int dropped = profile.stream().mapToInt(part -> part[1] - part[0]).sum();
        ByteBuffer picture = ByteBuffer.allocate(bytes.length - dropped);
        int from = 0;
        for (int[] part : profile) {
            picture.put(bytes, from, part[0] - from);
            from = part[1];
        }
        return picture.put(bytes, from, bytes.length - from).array();
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Heap and native memory of decoding, at most. */
    long decodingBytes() {
        long pixels = (long) height * width;
        if (frame == LOSSLESS_FRAME) {
            // Decoded in Java to an int a sample, then to a picture of up to 16 bits.
            return (6L * components + 7) * pixels;
        }
        return rasterBytes() * pixels + (keepsCoefficients() ? coefficientBytes() : 0);
    }

    /** Of the decoder's picture, what it is made of, and its conversion. */
    private long rasterBytes() {
        if (isPlain()) {
            return 3;
        }
        return switch (components) {
            case 1 -> isProfiled() ? 5 : 4;
            case 3 -> 6;
            default -> 4L + components;
        };
    }

    /** Whether the decoder writes the picture directly, in 8-bit RGB; else it converts a raster of all components. */
    private boolean isPlain() {
        return components == 3
                && !isProfiled()
                && (adobeTransform == -1 || adobeTransform == YCC)
                && bytes[specifications] == 1
                && bytes[specifications + 3] == 2
                && bytes[specifications + 6] == 3;
    }

    /** A frame of several scans is decoded when all are there: 16 bits a coefficient are kept until then. */
    private boolean keepsCoefficients() {
        boolean progressive = (frame & 3) == 2;
        return progressive || scanned < components;
    }

    private long coefficientBytes() {
        int widest = 1;
        int tallest = 1;
        for (int i = 0; i < components; i++) {
            widest = Math.max(widest, horizontal(i));
            tallest = Math.max(tallest, vertical(i));
        }
        long unitsAcross = (width + 8L * widest - 1) / (8L * widest);
        long unitsDown = (height + 8L * tallest - 1) / (8L * tallest);
        long blocks = 0;
        for (int i = 0; i < components; i++) {
            blocks += unitsAcross * horizontal(i) * unitsDown * vertical(i);
        }
        return blocks * 64 * Short.BYTES;
    }

    private int horizontal(int component) {
        return Math.max(1, bytes[specifications + 3 * component + 1] >> 4 & 0xF);
    }

    private int vertical(int component) {
        return Math.max(1, bytes[specifications + 3 * component + 1] & 0xF);
    }

    private int unsignedShort(int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
