package dev.facet.core.image;

/**
 * What is accepted of an image, checked before it is decoded.
 *
 * @param maxBytes encoded size
 * @param maxPixels width times height, from the header
 * @param maxSide longer side in pixels, from the header
 */
public record ImageLimits(long maxBytes, long maxPixels, int maxSide) {
    /** 32 MiB, 50 megapixels, 16,384 pixels a side. */
    public static final ImageLimits DEFAULT = new ImageLimits(32L << 20, 50_000_000, 16_384);

    void check(int height, int width) {
        if (height < 1 || width < 1) {
            throw new ImageException(
                    ImageFault.CORRUPT, "image without pixels: height=%d, width=%d".formatted(height, width));
        }
        if (Math.max(height, width) > maxSide || (long) height * width > maxPixels) {
            throw new ImageException(
                    ImageFault.TOO_MANY_PIXELS,
                    "image too large: height=%d, width=%d, expected at most %d pixels and %d a side"
                            .formatted(height, width, maxPixels, maxSide));
        }
    }
}
