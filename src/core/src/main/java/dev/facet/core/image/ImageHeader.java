package dev.facet.core.image;

/**
 * What an image's own headers say of it, read without decoding: so its memory can be asked for before it is used.
 *
 * @param format of the file
 * @param height rows, upright
 * @param width columns, upright
 * @param decodingBytes heap and native memory that decoding needs at most, from the encoded bytes (which aren't counted) to the
 *     {@link Raster}, this one included
 */
public record ImageHeader(ImageFormat format, int height, int width, long decodingBytes) {
    /** Readers, tables, rows, colour profiles. */
    private static final long FIXED_BYTES = 2L << 20;

    /**
     * Reads an image's headers. Nothing is allocated for what they claim.
     *
     * @throws ImageException if it isn't an image within the limits, as far as the headers tell
     */
    public static ImageHeader read(byte[] bytes, ImageLimits limits) {
        return ImageStructure.read(bytes, limits).header();
    }

    static ImageHeader of(ImageStructure structure) {
        long stored = (long) structure.height() * structure.width();
        // Turning needs the picture twice; decoding is over then.
        long turning = structure.isTurned() ? 6 * stored : 0;
        boolean across = structure.orientation() >= 5;
        return new ImageHeader(
                structure.format(),
                across ? structure.width() : structure.height(),
                across ? structure.height() : structure.width(),
                FIXED_BYTES + structure.copiedBytes() + Math.max(structure.decodingBytes(), turning));
    }
}
