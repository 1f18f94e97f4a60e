package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Makes the network's input of an image: resized, normalised and padded in one pass. Thread-safe. */
public final class InputTensor {
    private InputTensor() {}

    /** A direct buffer in native order for an input of that size, 64-byte aligned. */
    public static FloatBuffer allocate(int height, int width) {
        int bytes = Math.multiplyExact(Math.multiplyExact(height, width), 3 * Float.BYTES);
        // Both ends of an aligned slice lie on multiples of 64: up to 63 bytes are lost at either.
        return ByteBuffer.allocateDirect(Math.addExact(bytes, 128))
                .alignedSlice(64)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Fills {@code target} with [1, 3, paddedHeight, paddedWidth]: (value/255 − mean)/std, the padding 0 (the mean colour).
     *
     * @param target at least 3·paddedHeight·paddedWidth values from index 0; its position isn't used
     */
    public static void prepare(Raster raster, Frame frame, Normalization normalization, FloatBuffer target) {
        if (raster.height() != frame.imageHeight() || raster.width() != frame.imageWidth()) {
            throw new IllegalArgumentException("frame of another image: image=%d×%d, frame of=%d×%d"
                    .formatted(raster.height(), raster.width(), frame.imageHeight(), frame.imageWidth()));
        }
        float[] factor = new float[3];
        float[] offset = new float[3];
        for (int channel = 0; channel < 3; channel++) {
            factor[channel] = 1f / (255f * normalization.std().get(channel));
            offset[channel] =
                    -normalization.mean().get(channel) / normalization.std().get(channel);
        }
        int plane = frame.paddedHeight() * frame.paddedWidth();
        if (frame.height() == raster.height() && frame.width() == raster.width()) {
            normalize(raster, frame, factor, offset, target);
        } else {
            float[] line = new float[frame.paddedWidth()];
            Resampler.rows(raster, frame.height(), frame.width(), (y, row) -> {
                for (int channel = 0; channel < 3; channel++) {
                    for (int x = 0; x < frame.width(); x++) {
                        line[x] = row[x * 3 + channel] * factor[channel] + offset[channel];
                    }
                    target.put(channel * plane + y * frame.paddedWidth(), line);
                }
            });
        }
        float[] padding = new float[frame.paddedWidth()];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = frame.height(); y < frame.paddedHeight(); y++) {
                target.put(channel * plane + y * frame.paddedWidth(), padding);
            }
        }
    }

    /** An image at its own size: a sample has one of 256 values, so each is computed once. */
    private static void normalize(Raster raster, Frame frame, float[] factor, float[] offset, FloatBuffer target) {
        byte[] rgb = raster.rgb();
        int width = raster.width();
        float[] line = new float[frame.paddedWidth()];
        float[] normalized = new float[256];
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < normalized.length; value++) {
                normalized[value] = value * factor[channel] + offset[channel];
            }
            int to = channel * frame.paddedHeight() * frame.paddedWidth();
            for (int y = 0; y < raster.height(); y++) {
                int from = y * width * 3 + channel;
                for (int x = 0; x < width; x++) {
                    line[x] = normalized[rgb[from + 3 * x] & 0xFF];
                }
                target.put(to + y * frame.paddedWidth(), line);
            }
        }
    }
}
