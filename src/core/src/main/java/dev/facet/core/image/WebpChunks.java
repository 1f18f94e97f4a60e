package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks a WebP's chunks before it is decoded (RFC 9649): lengths and the sizes of canvas and picture are checked, and where the
 * first picture lies is noted.
 */
final class WebpChunks {
    private static final int MAX_EXIF_BYTES = 1 << 16;
    /** X, Y, width, height, duration and flags of a frame, before its own chunks. */
    private static final int FRAME_HEADER = 16;

    private static final int CANVAS_HEADER = 10;

    private final ImageLimits limits;
    private final ByteBuffer buffer;
    private int height;
    private int width;
    private byte[] exif = new byte[0];
    private byte[] profile = new byte[0];
    /** Begin and end of a plane of alpha, for the picture that follows. */
    private int[] alpha = new int[2];

    private WebpPicture picture;

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
        chunks.walk(12, (int) Math.min(end, bytes.length));
        if (chunks.picture == null) {
            throw corrupt("no picture in it");
        }
        chunks.checkCanvas();
        return chunks;
    }

    private void walk(int begin, int end) {
        for (int at = begin; at + 8 <= end; ) {
            int length = buffer.getInt(at + 4);
            if (length < 0 || length > end - at - 8) {
                throw corrupt("chunk of %d bytes reaches beyond the file".formatted(length & 0xFFFFFFFFL));
            }
            chunk(new String(buffer.array(), at, 4, StandardCharsets.ISO_8859_1), at + 8, length);
            at += 8 + length + (length & 1);
        }
    }

    private void chunk(String type, int at, int length) {
        switch (type) {
            case "EXIF" -> exif = length <= MAX_EXIF_BYTES ? copy(at, length) : exif;
            case "ICCP" -> profile = profile.length == 0 && length <= IccTags.MAX_BYTES ? copy(at, length) : profile;
            case "VP8X" -> canvas(at, length);
            case "ALPH" -> alpha = new int[] {at, at + length};
            case "ANMF" -> {
                if (picture == null) {
                    frame(at, length);
                }
            }
            case "VP8 ", "VP8L" -> {
                if (picture == null) {
                    picture(type.equals("VP8L"), at, length);
                }
            }
            default -> {
                // Animation parameters, XMP and what is unknown decide nothing.
            }
        }
    }

    private byte[] copy(int at, int length) {
        return Arrays.copyOfRange(buffer.array(), at, at + length);
    }

    private void canvas(int at, int length) {
        if (length < CANVAS_HEADER) {
            throw corrupt("canvas of %d bytes".formatted(length));
        }
        if (height == 0) {
            height = 1 + medium(at + 7);
            width = 1 + medium(at + 4);
            limits.check(height, width);
        }
    }

    private void frame(int at, int length) {
        if (length < FRAME_HEADER) {
            throw corrupt("frame of %d bytes".formatted(length));
        }
        int rows = 1 + medium(at + 9);
        int columns = 1 + medium(at + 6);
        limits.check(rows, columns);
        alpha = new int[2];
        walk(at + FRAME_HEADER, at + length);
        if (picture == null || picture.height() != rows || picture.width() != columns) {
            throw corrupt("frame of %d×%d without such a picture".formatted(rows, columns));
        }
        picture = picture.at(2 * medium(at + 3), 2 * medium(at));
    }

    private void picture(boolean lossless, int at, int length) {
        int header = lossless ? Vp8lDecoder.FIXED_BYTES : Vp8Header.FIXED_BYTES;
        if (length < header) {
            throw corrupt("picture of %d bytes, expected at least %d".formatted(length, header));
        }
        int sizes = buffer.getInt(at + 1);
        int rows = lossless ? 1 + (sizes >>> 14 & 0x3FFF) : buffer.getShort(at + 8) & 0x3FFF;
        int columns = lossless ? 1 + (sizes & 0x3FFF) : buffer.getShort(at + 6) & 0x3FFF;
        limits.check(rows, columns);
        int alphaBegin = lossless ? 0 : alpha[0];
        picture = new WebpPicture(at, at + length, lossless, alphaBegin, alpha[1], rows, columns, 0, 0);
    }

    private void checkCanvas() {
        if (height == 0) {
            height = picture.height();
            width = picture.width();
        }
        // A picture without a frame fills its canvas.
        if (picture.top() + picture.height() > height || picture.left() + picture.width() > width) {
            throw corrupt("picture of %d×%d beyond its canvas of %d×%d"
                    .formatted(picture.height(), picture.width(), height, width));
        }
    }

    /** 24 bits. */
    private int medium(int at) {
        return buffer.get(at) & 0xFF | (buffer.get(at + 1) & 0xFF) << 8 | (buffer.get(at + 2) & 0xFF) << 16;
    }

    /** The first picture. */
    WebpPicture picture() {
        return picture;
    }

    /** Rows of the canvas. */
    int height() {
        return height;
    }

    int width() {
        return width;
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
