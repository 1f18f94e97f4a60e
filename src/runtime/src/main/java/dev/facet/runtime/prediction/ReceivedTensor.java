package dev.facet.runtime.prediction;

import java.nio.FloatBuffer;

/**
 * Images as a network takes them, as a client sent them: FP32 [batch, 3, height, width], normalised. Its extents are the client's
 * and unchecked but for that its values are there. Thread-safe.
 */
public interface ReceivedTensor extends AutoCloseable {
    /** Images. */
    int batch();

    /** Rows. */
    int height();

    /** Columns. */
    int width();

    /**
     * Copies the {@code 3·height·width} values of one image to index 0 of a direct buffer; on a thread that may block.
     *
     * @throws RuntimeException of the transport, if the values can't be used
     */
    void copyTo(int image, FloatBuffer target);

    /** The values aren't needed any more; may be called more than once. */
    @Override
    void close();
}
