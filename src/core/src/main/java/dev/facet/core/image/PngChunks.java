package dev.facet.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Walks a PNG's chunks before a decoder sees them: lengths and checksums are checked, and only what the picture is made of
 * goes on. Compressed text and colour profiles, which a decoder would inflate without bound, are left out.
 */
final class PngChunks {
    private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int MAX_EXIF_BYTES = 1 << 16;
    private static final int SIGNATURE_BYTES = 8;

    private final byte[] bytes;
    private int height;
    private int width;
    private int bits;
    private int colorType;
    private boolean transparent;
    private int end;
    private int kept = SIGNATURE_BYTES;
    private byte[] exif = new byte[0];
    private int profileAt;
    private int profileBytes;

    private PngChunks(byte[] bytes) {
        this.bytes = bytes;
    }

    static PngChunks read(byte[] bytes, ImageLimits limits) {
        PngChunks chunks = new PngChunks(bytes);
        chunks.walk(limits);
        return chunks;
    }

    private void walk(ImageLimits limits) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).position(SIGNATURE_BYTES);
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
                bits = bytes[begin + 16] & 0xFF;
                colorType = bytes[begin + 17] & 0xFF;
                limits.check(height, width);
                first = false;
            }
            if (KEPT.contains(type)) {
                kept += 12 + length;
                transparent |= type.equals("tRNS");
            } else if (type.equals("eXIf") && length <= MAX_EXIF_BYTES) {
                exif = Arrays.copyOfRange(bytes, begin + 8, begin + 8 + length);
            } else if (type.equals("iCCP") && profileAt == 0) {
                profileAt = begin + 8;
                profileBytes = length;
            }
            if (type.equals("IEND")) {
                end = begin + 12 + length;
                return;
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

    /** Bits of a sample, as they are written. */
    int bits() {
        return bits;
    }

    /** PNG's colour type, as it is written. */
    int colorType() {
        return colorType;
    }

    /** Whether colours or levels of transparency follow: the decoder may add a channel. */
    boolean isTransparent() {
        return transparent;
    }

    /** A PNG of the same pixels without ancillary chunks: the bytes themselves where there are none. */
    byte[] picture() {
        if (kept == bytes.length) {
            return bytes;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        ByteBuffer picture = ByteBuffer.allocate(kept).put(bytes, 0, SIGNATURE_BYTES);
        for (int at = SIGNATURE_BYTES; at < end; ) {
            int length = 12 + buffer.getInt(at);
            if (KEPT.contains(new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1))) {
                picture.put(bytes, at, length);
            }
            at += length;
        }
        return picture.array();
    }

    /** The TIFF block of the eXIf chunk; empty where there is none. */
    byte[] exif() {
        return exif;
    }

    /** The colour profile, as far as there is one that may be of use: no more is inflated than it may have. */
    byte[] profile() {
        int end = profileAt + profileBytes;
        int name = profileAt;
        while (name < end && bytes[name] != 0) {
            name++;
        }
        // Then the method of compression, of which there is one.
        if (end - name < 3) {
            return new byte[0];
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, name + 2, end - name - 2);
            ByteArrayOutputStream profile = new ByteArrayOutputStream();
            byte[] piece = new byte[4096];
            for (int length = inflater.inflate(piece); length > 0; length = inflater.inflate(piece)) {
                profile.write(piece, 0, length);
                if (profile.size() > IccTags.MAX_BYTES) {
                    return new byte[0];
                }
            }
            return profile.toByteArray();
        } catch (DataFormatException e) {
            // A damaged profile says nothing of the picture.
            return new byte[0];
        } finally {
            inflater.end();
        }
    }

    private static String printable(String type) {
        return type.matches("[A-Za-z]{4}") ? type : "of unknown type";
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged PNG: " + what);
    }
}
