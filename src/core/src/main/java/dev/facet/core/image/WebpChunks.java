package dev.facet.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    private final ImageLimits limits;
    private final ByteBuffer buffer;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private byte[] exif = new byte[0];
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
        if (!KEPT.contains(type) || (picture && pictured && !frame)) {
            return;
        }
        checkSize(type, at, length);
        if (type.equals("ANMF")) {
            walk(at + FRAME_HEADER, at + length, true);
        }
        if (!frame) {
            keep(type, at, length);
            pictured |= picture;
        }
    }

    private void keep(String type, int at, int length) {
        byte[] content = Arrays.copyOfRange(buffer.array(), at, at + length + (length & 1));
        if (type.equals("VP8X")) {
            content[0] &= KEPT_FLAGS;
        }
        kept.writeBytes(type.getBytes(StandardCharsets.ISO_8859_1));
        kept.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());
        kept.writeBytes(content);
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
        switch (type) {
            case "VP8X" -> limits.check(1 + medium(at + 7), 1 + medium(at + 4));
            case "ANMF" -> limits.check(1 + medium(at + 9), 1 + medium(at + 6));
            case "VP8 " -> limits.check(buffer.getShort(at + 8) & 0x3FFF, buffer.getShort(at + 6) & 0x3FFF);
            case "VP8L" -> {
                int sizes = buffer.getInt(at + 1);
                limits.check(1 + (sizes >>> 14 & 0x3FFF), 1 + (sizes & 0x3FFF));
            }
            default -> {
                // Alpha and animation parameters have no size of their own.
            }
        }
    }

    /** 24 bits. */
    private int medium(int at) {
        return buffer.get(at) & 0xFF | (buffer.get(at + 1) & 0xFF) << 8 | (buffer.get(at + 2) & 0xFF) << 16;
    }

    /** A WebP of the first picture alone. */
    byte[] picture() {
        return ByteBuffer.allocate(12 + kept.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + kept.size())
                .put("WEBP".getBytes(StandardCharsets.US_ASCII))
                .put(kept.toByteArray())
                .array();
    }

    /** The content of the EXIF chunk; empty where there is none. */
    byte[] exif() {
        return exif;
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
