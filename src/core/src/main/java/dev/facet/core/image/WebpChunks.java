package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Walks a WebP's chunks before a decoder sees them (RFC 9649): lengths and the sizes of canvas and frames are checked, and
 * only the first picture goes on. Colour profiles, which a decoder may stumble over, and later frames are left out.
 */
final class WebpChunks {
    private static final Set<String> KEPT = Set.of("VP8X", "ANIM", "ALPH", "VP8 ", "VP8L", "ANMF");
    private static final int MAX_EXIF_BYTES = 1 << 16;
    /** X, Y, width, height, duration and flags of a frame, before its own chunks. */
    private static final int FRAME_HEADER = 16;
    /** Of VP8X: animation and alpha; without profile, EXIF and XMP, which don't go on. */
    private static final int KEPT_FLAGS = 0x12;

    private static final int ALPHA_FLAG = 0x10;
    private static final int ANIMATION_FLAG = 0x02;

    private final ImageLimits limits;
    private final ByteBuffer buffer;
    /** Begin and length of the chunks that go on. */
    private final List<int[]> kept = new ArrayList<>();

    private int height;
    private int width;
    private long pixels;
    private boolean alpha;
    private boolean alphaChunk;
    private boolean animated;
    private byte[] exif = new byte[0];
    private byte[] profile = new byte[0];
    private boolean pictured;

    private WebpChunks(byte[] bytes, ImageLimits limits) {
        this.limits = limits;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static WebpChunks read(byte[] bytes, ImageLimits limits) {
        WebpChunks chunks = new WebpChunks(bytes, limits);
        long end = (chunks.buffer.getInt(4) & 0xFFFFFFFFL) + 8;
        // Some writers forget the padding byte of the last chunk.
        if (end > bytes.length + 1L) {
            throw corrupt("file of %d bytes announces %d".formatted(bytes.length, end));
        }
        chunks.walk(12, (int) Math.min(end, bytes.length), false);
        if (!chunks.pictured) {
            throw corrupt("no picture in it");
        }
        return chunks;
    }

    private void walk(int begin, int end, boolean frame) {
        for (int at = begin; at + 8 <= end; ) {
            String type = new String(buffer.array(), at, 4, StandardCharsets.ISO_8859_1);
            int length = buffer.getInt(at + 4);
            if (length < 0 || length > end - at - 8) {
                throw corrupt("chunk of %d bytes reaches beyond the file".formatted(length & 0xFFFFFFFFL));
            }
            chunk(type, at + 8, length, frame);
            at += 8 + length + (length & 1);
        }
    }

    private void chunk(String type, int at, int length, boolean frame) {
        boolean picture = type.equals("VP8 ") || type.equals("VP8L") || type.equals("ANMF");
        if (type.equals("EXIF") && length <= MAX_EXIF_BYTES) {
            exif = Arrays.copyOfRange(buffer.array(), at, at + length);
        }
        if (type.equals("ICCP") && length <= IccTags.MAX_BYTES && profile.length == 0) {
            profile = Arrays.copyOfRange(buffer.array(), at, at + length);
        }
        if (!KEPT.contains(type) || (picture && pictured && !frame)) {
            return;
        }
        alphaChunk |= type.equals("ALPH");
        checkSize(type, at, length);
        if (type.equals("ANMF")) {
            walk(at + FRAME_HEADER, at + length, true);
        }
        if (!frame) {
            kept.add(new int[] {at - 8, 8 + length});
            pictured |= picture;
        }
    }

    private void checkSize(String type, int at, int length) {
        int header = switch (type) {
            case "VP8X", "VP8 " -> 10;
            case "VP8L" -> 5;
            case "ANMF" -> FRAME_HEADER;
            default -> 0;
        };
        if (length < header) {
            throw corrupt("chunk %s of %d bytes, expected at least %d".formatted(type.strip(), length, header));
        }
        int rows;
        int columns;
        switch (type) {
            case "VP8X" -> {
                rows = 1 + medium(at + 7);
                columns = 1 + medium(at + 4);
                alpha |= (buffer.get(at) & ALPHA_FLAG) != 0;
            }
            case "ANMF" -> {
                rows = 1 + medium(at + 9);
                columns = 1 + medium(at + 6);
            }
            case "VP8 " -> {
                rows = buffer.getShort(at + 8) & 0x3FFF;
                columns = buffer.getShort(at + 6) & 0x3FFF;
            }
            case "VP8L" -> {
                int sizes = buffer.getInt(at + 1);
                rows = 1 + (sizes >>> 14 & 0x3FFF);
                columns = 1 + (sizes & 0x3FFF);
                alpha |= (sizes >>> 28 & 1) != 0;
            }
            default -> {
                // Alpha and animation parameters have no size of their own.
                return;
            }
        }
        limits.check(rows, columns);
        pixels = Math.max(pixels, (long) rows * columns);
        // The canvas decides, but an animation's picture is its first frame.
        boolean canvas = type.equals("VP8X");
        if (height == 0 || (type.equals("ANMF") && animated)) {
            height = rows;
            width = columns;
        }
        animated |= canvas && (buffer.get(at) & ANIMATION_FLAG) != 0;
    }

    /** 24 bits. */
    private int medium(int at) {
        return buffer.get(at) & 0xFF | (buffer.get(at + 1) & 0xFF) << 8 | (buffer.get(at + 2) & 0xFF) << 16;
    }

    /** A WebP of the first picture alone. */
    byte[] picture() {
        int size = kept.stream().mapToInt(chunk -> chunk[1] + (chunk[1] & 1)).sum();
        ByteBuffer picture = ByteBuffer.allocate(12 + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + size)
                .put("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (int[] chunk : kept) {
            int at = picture.position();
            picture.put(buffer.array(), chunk[0], chunk[1]);
            if (picture.get(at + 3) == 'X') {
                picture.put(at + 8, (byte) (picture.get(at + 8) & KEPT_FLAGS));
            }
            // The padding byte may be missing at the file's end.
            int padding = chunk[0] + chunk[1];
            if ((chunk[1] & 1) == 1) {
                picture.put(padding < buffer.limit() ? buffer.get(padding) : 0);
            }
        }
        return picture.array();
    }

    /** Rows of the picture that a decoder makes. */
    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Of the canvas or of the largest frame that is decoded. */
    long pixels() {
        return pixels;
    }

    boolean hasAlpha() {
        return alpha || alphaChunk;
    }

    /** Whether alpha comes as a picture of its own. */
    boolean hasAlphaChunk() {
        return alphaChunk;
    }

    /** The content of the EXIF chunk; empty where there is none. */
    byte[] exif() {
        return exif;
    }

    /** The content of the ICCP chunk; empty where there is none. */
    byte[] profile() {
        return profile;
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
