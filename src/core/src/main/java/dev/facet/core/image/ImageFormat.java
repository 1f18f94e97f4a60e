package dev.facet.core.image;

import java.nio.ByteBuffer;

/** The formats of images, told from their first bytes. */
public enum ImageFormat {
    JPEG,
    PNG,
    WEBP,
    TIFF;

    /** What is read, for messages. */
    static final String READ = "JPEG, PNG, WebP or TIFF";

    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;

    static ImageFormat of(byte[] bytes) {
        if (bytes.length == 0) {
            throw new ImageException(ImageFault.EMPTY, "no image: bytes=0, expected " + READ);
        }
        if (bytes.length >= 3 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xD8 && (bytes[2] & 0xFF) == 0xFF) {
            return JPEG;
        }
        if (bytes.length >= 8 && ByteBuffer.wrap(bytes).getLong() == PNG_SIGNATURE) {
            return PNG;
        }
        if (bytes.length >= 12 && ascii(bytes, 0, "RIFF") && ascii(bytes, 8, "WEBP")) {
            return WEBP;
        }
        if (TiffDirectory.isTiff(bytes)) {
            return TIFF;
        }
        throw new ImageException(
                ImageFault.UNSUPPORTED_FORMAT,
                ForeignFormat.of(bytes)
                        .map(name -> "%s isn't read: expected %s; convert it to JPEG or PNG".formatted(name, READ))
                        .orElse("unknown image format: bytes=%d, expected %s".formatted(bytes.length, READ)));
    }

    private static boolean ascii(byte[] bytes, int offset, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (bytes[offset + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
