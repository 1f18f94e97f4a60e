package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Writes whole pictures as PNG; see {@link PngBuilder}. Thread-safe. */
public final class PngWriter {
    private static final int[] NO_PALETTE = {};

    private PngWriter() {}

    /** Grey, 8 bits: {@code height·width} samples. */
    public static byte[] grey8(int height, int width, byte[] samples, Map<String, String> text) {
        return write(PngFormat.GREY8, height, width, NO_PALETTE, samples, text);
    }

    /** Grey, 16 bits: {@code height·width} samples. */
    public static byte[] grey16(int height, int width, short[] samples, Map<String, String> text) {
        return write(PngFormat.GREY16, height, width, NO_PALETTE, bigEndian(samples), text);
    }

    /** RGB, 8 bits: {@code height·width·3} samples. */
    public static byte[] rgb8(int height, int width, byte[] samples, Map<String, String> text) {
        return write(PngFormat.RGB8, height, width, NO_PALETTE, samples, text);
    }

    /** RGB, 16 bits: {@code height·width·3} samples. */
    public static byte[] rgb16(int height, int width, short[] samples, Map<String, String> text) {
        return write(PngFormat.RGB16, height, width, NO_PALETTE, bigEndian(samples), text);
    }

    /**
     * Palette, 8 bits.
     *
     * @param indices {@code height·width} indices
     * @param colors 0xRRGGBB per index, 1 … 256 of them
     */
    public static byte[] palette(int height, int width, byte[] indices, int[] colors, Map<String, String> text) {
        return write(PngFormat.PALETTE8, height, width, colors, indices, text);
    }

    private static byte[] bigEndian(short[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(samples.length, 2));
        bytes.asShortBuffer().put(samples);
        return bytes.array();
    }

    private static byte[] write(
            PngFormat format, int height, int width, int[] palette, byte[] samples, Map<String, String> text) {
        try (PngBuilder png = new PngBuilder(format, height, width, palette, text)) {
            png.add(samples);
            List<byte[]> parts = png.finish();
            ByteBuffer whole = ByteBuffer.allocate(
                    parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact));
            parts.forEach(whole::put);
            return whole.array();
        }
    }
}
