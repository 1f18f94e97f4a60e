package dev.facet.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Walks a PNG's chunks before a decoder sees them: lengths and checksums are checked, and only what the picture is made of
 * goes on. Compressed text and colour profiles, which a decoder would inflate without bound, are left out.
 */
final class PngChunks {
    private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int MAX_EXIF_BYTES = 1 << 16;

    private final int height;
    private final int width;
    private final byte[] picture;
    private final byte[] exif;

    private PngChunks(int height, int width, byte[] picture, byte[] exif) {
        this.height = height;
        this.width = width;
        this.picture = picture;
        this.exif = exif;
    }

    static PngChunks read(byte[] bytes, ImageLimits limits) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
        kept.write(bytes, 0, 8);
        buffer.position(8);
        int height = 0;
        int width = 0;
        byte[] exif = new byte[0];
        boolean first = true;
        while (true) {
            if (buffer.remaining() < 12) {
                throw corrupt("file ends before its IEND chunk");
            }
            int begin = buffer.position();
            int length = buffer.getInt();
            String type = new String(bytes, begin + 4, 4, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > buffer.remaining() - 8) {
                throw corrupt("chunk %s of %d bytes reaches beyond the file".formatted(printable(type), length));
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes, begin + 4, 4 + length);
            if ((int) checksum.getValue() != buffer.getInt(begin + 8 + length)) {
                throw corrupt("chunk %s has a wrong checksum".formatted(printable(type)));
            }
            if (first) {
                if (!type.equals("IHDR") || length != 13) {
                    throw corrupt(
                            "first chunk is %s of %d bytes, expected IHDR of 13".formatted(printable(type), length));
                }
                width = buffer.getInt(begin + 8);
                height = buffer.getInt(begin + 12);
                limits.check(height, width);
                first = false;
            }
            if (KEPT.contains(type)) {
                kept.write(bytes, begin, 12 + length);
            } else if (type.equals("eXIf") && length <= MAX_EXIF_BYTES) {
                exif = Arrays.copyOfRange(bytes, begin + 8, begin + 8 + length);
            }
            if (type.equals("IEND")) {
                return new PngChunks(height, width, kept.toByteArray(), exif);
            }
            buffer.position(begin + 12 + length);
        }
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** A PNG of the same pixels without ancillary chunks. */
    byte[] picture() {
        return picture;
    }

    /** The TIFF block of the eXIf chunk; empty where there is none. */
    byte[] exif() {
        return exif;
    }

    private static String printable(String type) {
        return type.matches("[A-Za-z]{4}") ? type : "of unknown type";
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged PNG: " + what);
    }
}
