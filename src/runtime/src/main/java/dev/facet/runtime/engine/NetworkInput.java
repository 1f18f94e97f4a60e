package dev.facet.runtime.engine;

import java.nio.FloatBuffer;

/**
 * Images of one size as a network takes them: normalised, not resized any more.
 *
 * @param nchw [batch, 3, height, width], direct, native order, from its position; not copied, so it stays as it is while it is used
 * @param batch images
 * @param height rows
 * @param width columns
 */
public record NetworkInput(FloatBuffer nchw, int batch, int height, int width) {
    public NetworkInput {
        if (batch < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "network input is empty: batch=%d, height=%d, width=%d, expected at least 1"
                            .formatted(batch, height, width));
        }
        long expected = Math.multiplyExact(Math.multiplyExact(3L * batch, height), width);
        if (!nchw.isDirect() || nchw.remaining() != expected) {
            throw new IllegalArgumentException(
                    "network input does not fit: values=%d, direct=%s, expected=%d direct [%d, 3, %d, %d]"
                            .formatted(nchw.remaining(), nchw.isDirect(), expected, batch, height, width));
        }
    }

    /** One image [1, 3, height, width]. */
    public static NetworkInput of(FloatBuffer nchw, int height, int width) {
        return new NetworkInput(nchw, 1, height, width);
    }

    /** Pixels of all images. */
    public long pixels() {
        return (long) batch * height * width;
    }
}
