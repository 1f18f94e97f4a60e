package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Normalization;
import java.nio.FloatBuffer;
import java.util.Optional;

/** What becomes a network's input: an image, or a tensor that is one already. Thread-safe. */
public interface InputSource {
    /** Rows. */
    int height();

    /** Columns. */
    int width();

    /** By which requests share features: SHA-256 of what was sent; empty where they don't. */
    Optional<String> digest();

    /**
     * Does what {@link #fill} would have to do first, where that takes long.
     *
     * @throws dev.facet.core.image.ImageException if it is an image that can't be decoded
     */
    void load(Cancellation cancellation);

    /**
     * Writes the network's input.
     *
     * @param frame how it lies in the input
     * @param target {@code 3·paddedHeight·paddedWidth} values from index 0
     * @throws dev.facet.core.image.ImageException if it is an image that can't be decoded
     */
    void fill(Frame frame, Normalization normalization, FloatBuffer target, Cancellation cancellation);
}
