package dev.facet.core.image;

import java.util.Optional;

/**
 * The samples of a PNG as they are stored: no colour management, no palette applied, no scaling. Owns its array; callers
 * treat it as read-only (no copy is made, since label maps are many).
 *
 * @param height rows
 * @param width columns
 * @param channels 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA
 * @param bits depth of a sample: 1, 2, 4, 8 or 16
 * @param values {@code height·width·channels} samples, unsigned, row-major, channels interleaved
 * @param palette colours 0xRRGGBB by index, where the samples are indices
 */
public record PngSamples(int height, int width, int channels, int bits, char[] values, Optional<int[]> palette) {
    public PngSamples {
        if (height < 1
                || width < 1
                || values.length != Math.multiplyExact(Math.multiplyExact(height, width), channels)) {
            throw new IllegalArgumentException("samples do not fit: height=%d, width=%d, channels=%d, values=%d"
                    .formatted(height, width, channels, values.length));
        }
    }

    /** What the samples are, for messages: {@code 8-bit RGB}, {@code 1-bit grey}, …. */
    public String description() {
        String colors = switch (channels) {
            case 1 -> palette.isPresent() ? "palette" : "grey";
            case 2 -> "grey with alpha";
            case 3 -> "RGB";
            default -> "RGB with alpha";
        };
        return bits + "-bit " + colors;
    }
}
