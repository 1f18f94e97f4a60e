package dev.facet.core.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the samples of a PNG exactly: indices of a palette, 1- to 16-bit grey, RGB. For label maps, where a value is a
 * class, a distance or a direction and no colour. Sizes are checked before anything is decoded. Thread-safe.
 */
public final class SampleReader {
    private static final int INDEXED = 3;
    /** The chunk type tRNS. */
    private static final int TRANSPARENCY = 0x74524E53;

    private SampleReader() {}

    /**
     * Reads a PNG file.
     *
     * @throws IOException if the file can't be read
     * @throws ImageException if it isn't a PNG within the limits; the message doesn't name the file
     */
    public static PngSamples read(Path path, ImageLimits limits) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return read(in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, limits.maxBytes() + 1)), limits);
        }
    }

    /**
     * Reads a PNG.
     *
     * @throws ImageException if it isn't a PNG within the limits
     */
    public static PngSamples read(byte[] bytes, ImageLimits limits) {
        if (bytes.length > limits.maxBytes()) {
            throw new ImageException(
                    ImageFault.TOO_MANY_BYTES,
                    "image too large: bytes=%d or more, expected at most %d"
                            .formatted(bytes.length, limits.maxBytes()));
        }
        ImageFormat format = ImageFormat.of(bytes);
        if (format != ImageFormat.PNG) {
            throw new ImageException(
                    ImageFault.UNSUPPORTED_FORMAT, "samples of a %s aren't exact, expected PNG".formatted(format));
        }
        try {
            PngChunks chunks = PngChunks.read(bytes, limits);
            byte[] picture = chunks.picture();
            BufferedImage image = ImageDecoder.decodePng(withoutTransparency(picture), chunks);
            return samples(image, chunks.bits(), palette(image, chunks.colorType()));
        } catch (RuntimeException | StackOverflowError e) {
            throw ImageDecoder.decodingFailed(e);
        }
    }

    /** A transparent colour would make the decoder add a channel, or rescale. */
    private static byte[] withoutTransparency(byte[] picture) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(picture.length);
        kept.write(picture, 0, 8);
        ByteBuffer buffer = ByteBuffer.wrap(picture);
        for (int at = 8; at < picture.length; ) {
            int length = 12 + buffer.getInt(at);
            if (buffer.getInt(at + 4) != TRANSPARENCY) {
                kept.write(picture, at, length);
            }
            at += length;
        }
        return kept.toByteArray();
    }

    private static PngSamples samples(BufferedImage image, int bits, Optional<int[]> palette) {
        int height = image.getHeight();
        int width = image.getWidth();
        int channels = image.getRaster().getNumBands();
        char[] values = new char[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
        int[] row = new int[width * channels];
        int to = 0;
        for (int y = 0; y < height; y++) {
            image.getRaster().getPixels(0, y, width, 1, row);
            for (int sample : row) {
                values[to++] = (char) sample;
            }
        }
        return new PngSamples(height, width, channels, bits, values, palette);
    }

    private static Optional<int[]> palette(BufferedImage image, int colorType) {
        // Grey of fewer than 8 bits comes with a ramp of greys as its colour model, too.
        if (colorType != INDEXED || !(image.getColorModel() instanceof IndexColorModel model)) {
            return Optional.empty();
        }
        int[] colors = new int[model.getMapSize()];
        model.getRGBs(colors);
        for (int i = 0; i < colors.length; i++) {
            colors[i] &= 0xFFFFFF;
        }
        return Optional.of(colors);
    }
}
