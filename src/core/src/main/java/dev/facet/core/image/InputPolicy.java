package dev.facet.core.image;

/**
 * How an image becomes the network's input: the one policy for serving, evaluation and training.
 *
 * <p>The longer side becomes {@code size} (a smaller image only if {@code enlarge}), aspect kept, each side rounded to
 * the nearest whole pixel and at least 1; then padded at the right and the bottom with the mean colour to a multiple of
 * {@code multiple}.
 *
 * @param size longer side after scaling, in pixels, 16 … 4096
 * @param enlarge whether an image whose longer side is below {@code size} is enlarged
 * @param multiple padding multiple, {@link #USUAL_MULTIPLE} for most networks, see {@link #multiple(int)}
 */
public record InputPolicy(int size, boolean enlarge, int multiple) {
    /** The padding multiple of networks whose output stride is 8 or 16. */
    public static final int USUAL_MULTIPLE = 16;

    /** Least longer side. */
    public static final int MIN_SIZE = 16;

    /** Largest longer side. */
    public static final int MAX_SIZE = 4096;

    public InputPolicy {
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "input size: value=%d, expected=%d..%d".formatted(size, MIN_SIZE, MAX_SIZE));
        }
        if (multiple != 8 && multiple != 16 && multiple != 32) {
            throw new IllegalArgumentException("input multiple: value=%d, expected=8|16|32".formatted(multiple));
        }
    }

    /** The frame of an image of that size. */
    public Frame frame(int imageHeight, int imageWidth) {
        return frame(imageHeight, imageWidth, 1);
    }

    /**
     * The padding multiple for networks of an output stride. With 32, the last map of a frame that isn't a multiple of it would reach
     * beyond the frame, and the decoder would enlarge it to the wrong place.
     */
    public static int multiple(int outputStride) {
        return Math.max(USUAL_MULTIPLE, outputStride);
    }

    /**
     * The frame of an image of that size for an engine that wants few different inputs: padded to multiples of its own number as
     * well as of {@code multiple}.
     *
     * @param sizeMultiple at least 1; with 1 the frame is that of the policy alone
     */
    public Frame frame(int imageHeight, int imageWidth, int sizeMultiple) {
        int longer = Math.max(imageHeight, imageWidth);
        double scale = longer > size || enlarge ? (double) size / longer : 1;
        int height = (int) Math.max(1, Math.round(imageHeight * scale));
        int width = (int) Math.max(1, Math.round(imageWidth * scale));
        int step = leastCommonMultiple(multiple, sizeMultiple);
        return new Frame(imageHeight, imageWidth, height, width, roundUp(height, step), roundUp(width, step));
    }

    private static int leastCommonMultiple(int a, int b) {
        int step = a;
        while (step % b != 0) {
            step = Math.addExact(step, a);
        }
        return step;
    }

    private static int roundUp(int extent, int step) {
        return Math.multiplyExact((extent - 1) / step + 1, step);
    }
}
