package dev.facet.core.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Names formats that aren't read, so that a refusal says what was sent. */
final class ForeignFormat {
    private static final Set<String> HEIC =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "mif2");
    private static final Set<String> AVIF = Set.of("avif", "avis");
    private static final int MAX_BRANDS_BYTES = 256;

    private ForeignFormat() {}

    /** The format that a file's first bytes announce, if it is a known one. */
    static Optional<String> of(byte[] bytes) {
        if (starts(bytes, 4, "ftyp")) {
            return container(bytes);
        }
        if (starts(bytes, 0, "GIF8")) {
            return Optional.of("GIF");
        }
        if (starts(bytes, 0, "BM")) {
            return Optional.of("BMP");
        }
        if (starts(bytes, 0, "8BPS")) {
            return Optional.of("Photoshop");
        }
        if (starts(bytes, 0, "%PDF")) {
            return Optional.of("PDF");
        }
        if (starts(bytes, 4, "JXL ") || starts(bytes, 0, "\u00FF\n")) {
            return Optional.of("JPEG XL");
        }
        if (starts(bytes, 4, "jP  ") || starts(bytes, 0, "\u00FFO\u00FFQ")) {
            return Optional.of("JPEG 2000");
        }
        boolean text = starts(bytes, 0, "<svg") || starts(bytes, 0, "<?xml");
        return text ? Optional.of("SVG or XML") : Optional.empty();
    }

    /** ISO/IEC 14496-12: a box of the major brand, its version and compatible brands. HEIC and AVIF may share their major one. */
    private static Optional<String> container(byte[] bytes) {
        boolean heic = false;
        int announced = (bytes[0] & 0xFF) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        int end = Math.min(bytes.length, Math.max(0, Math.min(announced, MAX_BRANDS_BYTES)));
        for (int at = 8; at + 4 <= end; at += 4) {
            String brand = new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
            if (AVIF.contains(brand)) {
                return Optional.of("AVIF");
            }
            heic |= HEIC.contains(brand);
        }
        return Optional.of(heic ? "HEIC" : "MP4 or another container");
    }

    private static boolean starts(byte[] bytes, int at, String text) {
        if (bytes.length < at + text.length()) {
            return false;
        }
        return new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }
}
