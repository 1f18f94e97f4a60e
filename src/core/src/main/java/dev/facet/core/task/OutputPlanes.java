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

    private OutputPlanes(MapResize resize) {
        this.resize = resize;
    }

    /** The outputs for a tensor, at its size: the values of {@link NetworkOutput#resized}. */
    public static OutputPlanes ofTensor(NetworkOutput output, int height, int width) {
        return new OutputPlanes(new MapResize(
                output, MapSampling.whole(height, output.height()), MapSampling.whole(width, output.width())));
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
