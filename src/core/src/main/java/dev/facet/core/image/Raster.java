package dev.facet.core.image;

/**
 * A decoded image: 8-bit RGB, upright, HWC. Owns its array; callers treat it as read-only (no copy is made, since images
 * are large).
 *
 * @param height rows
 * @param width columns
 * @param rgb {@code height·width·3} bytes, row-major, R G B interleaved
 */
public record Raster(int height, int width, byte[] rgb) {
    public Raster {
        if (height < 1 || width < 1 || rgb.length != Math.multiplyExact(Math.multiplyExact(height, width), 3)) {
            throw new IllegalArgumentException(
                    "raster does not fit: height=%d, width=%d, bytes=%d".formatted(height, width, rgb.length));
        }
    }
}
