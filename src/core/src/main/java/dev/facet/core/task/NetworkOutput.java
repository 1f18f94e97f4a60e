package dev.facet.core.task;

/**
 * What the graph answers for one image: the stride-4 map of the decoder, before any resize.
 *
 * @param channels outputs of the task
 * @param height rows, ⌈⌈padded/2⌉/2⌉
 * @param width columns
 * @param values {@code channels·height·width} values, CHW; owned by the holder, not copied
 */
public record NetworkOutput(int channels, int height, int width, float[] values) {
    /** Pixels of the network's input per sample. */
    public static final int STRIDE = 4;

    public NetworkOutput {
        if (values.length != Math.multiplyExact(Math.multiplyExact(channels, height), width)) {
            throw new IllegalArgumentException("output does not fit: channels=%d, height=%d, width=%d, values=%d"
                    .formatted(channels, height, width, values.length));
        }
    }

    /**
     * The map at an input's size (bilinear, half-pixel centres).
     *
     * @return {@code channels·height·width} values, CHW
     */
    public float[] resized(int inputHeight, int inputWidth) {
        return new MapResize(this, MapSampling.whole(inputHeight, height), MapSampling.whole(inputWidth, width))
                .planes();
    }
}
