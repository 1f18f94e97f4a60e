package dev.facet.core.task;

import dev.facet.core.image.Frame;

/**
 * The network's outputs at the image's own size, before argmax, sigmoid or normalisation: the padding cut off, resized
 * (bilinear, half-pixel centres) when rows are asked for. Thread-safe.
 */
public final class OutputPlanes {
    private final MapResize resize;

    public OutputPlanes(NetworkOutput output, Frame frame) {
        this.resize = MapResize.toImage(output, frame);
    }

    /**
     * Makes rows of one channel.
     *
     * @param first its first row
     * @param count its rows; {@code first + count} is at most the image's height
     * @return {@code count·imageWidth} values
     */
    public float[] rows(int channel, int first, int count) {
        return resize.rows(channel, first, count);
    }
}
