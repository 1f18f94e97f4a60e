package dev.facet.core.image;

/**
 * Bounds the work that a JPEG may ask for. A progressive file may send any number of scans, each a few bytes long that make
 * the decoder visit every block again: kilobytes could keep it busy for hours.
 */
final class JpegScans {
    /** Encoders make about ten; libjpeg's most detailed script about thirty. */
    private static final int MAX_SCANS = 100;

    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private JpegScans() {}

    static void check(byte[] bytes) {
        int scans = count(bytes);
        if (scans > MAX_SCANS) {
            throw new ImageException(
                    ImageFault.CORRUPT,
                    "JPEG of too many scans: scans=%d, expected at most %d".formatted(scans, MAX_SCANS));
        }
    }

    /** Scans up to the end of the image or to what isn't a JPEG's structure any more, which the decoder judges. */
    static int count(byte[] bytes) {
        int scans = 0;
        int at = 2;
        while (at + 4 <= bytes.length) {
            int marker = bytes[at + 1] & 0xFF;
            if (bytes[at] != -1 || marker == 0xFF || isData(marker)) {
                // Entropy-coded data, or fill bytes.
                at++;
            } else if (marker == END_OF_IMAGE) {
                return scans;
            } else {
                scans += marker == START_OF_SCAN ? 1 : 0;
                at += 2 + Math.max(2, (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF);
            }
        }
        return scans;
    }

    /** A stuffed 0xFF, TEM, a restart, or a start of image: markers without a length. */
    static boolean isData(int marker) {
        return marker <= 1 || (marker >= 0xD0 && marker <= 0xD8);
    }
}
