package dev.facet.cli;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;

/**
 * Answers images the way that the method's reference evaluates: at their own scale, padded around the centre with (123, 116,
 * 103) to a size, and the answer's centre cut out. Larger sides stay as they are.
 *
 * @param height rows at least
 * @param width columns at least
 */
record PaddedInput(int height, int width) {
    private static final byte[] COLOR = {123, 116, 103};
    private static final int MAX_SIDE = 4096;

    PaddedInput {
        if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
            throw new CommandFailure("padding: value=%dx%d, expected=1..%d a side".formatted(height, width, MAX_SIDE));
        }
    }

    /** Reads {@code 512} or {@code 425x560}, height before width. */
    static PaddedInput parse(String text) {
        if (!text.matches("[0-9]{1,4}(x[0-9]{1,4})?")) {
            throw new CommandFailure("padding: value='%s', expected a side, HEIGHTxWIDTH or none".formatted(text));
        }
        String[] sides = text.split("x");
        return new PaddedInput(Integer.parseInt(sides[0]), Integer.parseInt(sides[sides.length - 1]));
    }

    /** The image with a border. */
    Raster pad(Raster image) {
        int rows = Math.max(height, image.height());
        int columns = Math.max(width, image.width());
        int top = (rows - image.height()) / 2;
        int left = (columns - image.width()) / 2;
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(rows, columns), 3)];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = COLOR[i % 3];
        }
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(
                    image.rgb(), y * image.width() * 3, rgb, ((top + y) * columns + left) * 3, image.width() * 3);
        }
        return new Raster(rows, columns, rgb);
    }

    /** The part of a padded image's answer that is the image's own. */
    static Prediction cut(Prediction whole, Raster image) {
        int top = (whole.height() - image.height()) / 2;
        int left = (whole.width() - image.width()) / 2;
        return cut(whole, top, left, image.height(), image.width());
    }

    private static Prediction cut(Prediction whole, int top, int left, int height, int width) {
        if (whole instanceof Prediction.LabelMap map) {
            byte[] ids = new byte[height * width];
            for (int y = 0; y < height; y++) {
                System.arraycopy(map.ids(), (top + y) * map.width() + left, ids, y * width, width);
            }
            return new Prediction.LabelMap(height, width, ids, map.classes());
        }
        if (whole instanceof Prediction.NormalMap map) {
            float[] values = cut(map.values(), 3, map.width(), top, left, height, width);
            return new Prediction.NormalMap(height, width, values, map.task());
        }
        if (whole instanceof Prediction.DepthMap map) {
            float[] values = cut(map.values(), 1, map.width(), top, left, height, width);
            return new Prediction.DepthMap(height, width, values, map.task());
        }
        float[] values = ((Prediction.ProbabilityMap) whole).values();
        return new Prediction.ProbabilityMap(height, width, cut(values, 1, whole.width(), top, left, height, width));
    }

    private static float[] cut(float[] values, int channels, int stride, int top, int left, int height, int width) {
        float[] result = new float[height * width * channels];
        for (int y = 0; y < height; y++) {
            int from = ((top + y) * stride + left) * channels;
            System.arraycopy(values, from, result, y * width * channels, width * channels);
        }
        return result;
    }
}
