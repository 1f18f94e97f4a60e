package dev.facet.evaluation.boundary;

/**
 * Thins a map of edge strengths to its ridges, as the structured edge detector does (Dollár and Zitnick, Fast Edge Detection
 * Using Structured Forests, PAMI 2015; its {@code edgesNms} with r = 1, s = 5, m = 1.01).
 *
 * <p>Strength P = value/255. S is P smoothed by the separable triangle [1 2 3 4 5 4 3 2 1]/25 with symmetric padding. With
 * derivatives by central differences (one-sided at the borders) of S, the direction across an edge is
 *
 * <pre>θ = atan(Oyy·sign(−Oxy) / (Oxx + 1e-5)) mod π</pre>
 *
 * A pixel p of P stays unless 1.01·p is less than P sampled bilinearly one pixel away along ±(cos θ, sin θ). Then, within five
 * pixels of a border, strengths are multiplied by d/5, d = 0 … 4 the distance from it.
 *
 * <p>The derivatives are sums of whole numbers here, so they are exact; sampling is in single precision, like the original.
 */
final class NonMaximumSuppression {
    private static final int[] TRIANGLE = {1, 2, 3, 4, 5, 4, 3, 2, 1};
    private static final int RADIUS = 4;
    /** What the sums of weighted values 0 … 255 are divided by. */
    private static final double UNIT = 25.0 * 25.0 * 255.0;

    private static final float SLACK = 1.01f;
    private static final int BORDER = 5;

    private NonMaximumSuppression() {}

    /**
     * Suppresses.
     *
     * @param values {@code height·width} strengths 0 … 255, unsigned, row-major
     * @return strengths 0 … 1, 0 where there is no ridge
     */
    static float[] apply(byte[] values, int height, int width) {
        float[] strength = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            strength[i] = (values[i] & 0xFF) / 255f;
        }
        double[] smooth = smooth(values, height, width);
        double[] alongY = verticalDerivative(smooth, height, width);
        double[] xx = horizontalDerivative(horizontalDerivative(smooth, height, width), height, width);
        double[] xy = horizontalDerivative(alongY, height, width);
        double[] yy = verticalDerivative(alongY, height, width);
        float[] ridges = new float[values.length];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                if (strength[i] == 0) {
                    continue;
                }
                double angle = Math.atan(yy[i] / UNIT * Math.signum(-xy[i]) / (xx[i] / UNIT + 1e-5));
                float cos = (float) Math.cos(angle);
                float sin = (float) Math.sin(angle);
                float bar = strength[i] * SLACK;
                boolean ridge = bar >= sample(strength, height, width, x - cos, y - sin)
                        && bar >= sample(strength, height, width, x + cos, y + sin);
                ridges[i] = ridge ? strength[i] : 0;
            }
        }
        fadeBorders(ridges, height, width);
        return ridges;
    }

    private static float sample(float[] map, int height, int width, float x, float y) {
        float column = Math.max(0, Math.min(x, (float) (width - 1.001)));
        float row = Math.max(0, Math.min(y, (float) (height - 1.001)));
        int left = (int) column;
        int top = (int) row;
        // A map of one row or column has no neighbour there.
        int right = Math.min(left + 1, width - 1);
        int bottom = Math.min(top + 1, height - 1);
        float dx = column - left;
        float dy = row - top;
        return map[top * width + left] * (1 - dx) * (1 - dy)
                + map[top * width + right] * dx * (1 - dy)
                + map[bottom * width + left] * (1 - dx) * dy
                + map[bottom * width + right] * dx * dy;
    }

    private static void fadeBorders(float[] map, int height, int width) {
        int border = Math.min(BORDER, Math.min(width / 2, height / 2));
        for (int d = 0; d < border; d++) {
            float factor = (float) d / border;
            for (int y = 0; y < height; y++) {
                map[y * width + d] *= factor;
                map[y * width + width - 1 - d] *= factor;
            }
        }
        for (int d = 0; d < border; d++) {
            float factor = (float) d / border;
            for (int x = 0; x < width; x++) {
                map[d * width + x] *= factor;
                map[(height - 1 - d) * width + x] *= factor;
            }
        }
    }

    /** The weighted sums, not divided. */
    private static double[] smooth(byte[] values, int height, int width) {
        int[] rows = new int[values.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sum = 0;
                for (int d = -RADIUS; d <= RADIUS; d++) {
                    sum += TRIANGLE[d + RADIUS] * (values[y * width + mirrored(x + d, width)] & 0xFF);
                }
                rows[y * width + x] = sum;
            }
        }
        double[] result = new double[values.length];
        for (int y = 0; y < height; y++) {
            for (int d = -RADIUS; d <= RADIUS; d++) {
                int from = mirrored(y + d, height) * width;
                for (int x = 0; x < width; x++) {
                    result[y * width + x] += TRIANGLE[d + RADIUS] * rows[from + x];
                }
            }
        }
        return result;
    }

    /** Symmetric: … 1 0 | 0 1 2 …. */
    private static int mirrored(int index, int extent) {
        int period = Math.floorMod(index, 2 * extent);
        return period < extent ? period : 2 * extent - 1 - period;
    }

    private static double[] horizontalDerivative(double[] map, int height, int width) {
        double[] result = new double[map.length];
        for (int y = 0; y < height && width > 1; y++) {
            int row = y * width;
            result[row] = map[row + 1] - map[row];
            for (int x = 1; x < width - 1; x++) {
                result[row + x] = (map[row + x + 1] - map[row + x - 1]) / 2;
            }
            result[row + width - 1] = map[row + width - 1] - map[row + width - 2];
        }
        return result;
    }

    private static double[] verticalDerivative(double[] map, int height, int width) {
        double[] result = new double[map.length];
        for (int x = 0; x < width && height > 1; x++) {
            result[x] = map[width + x] - map[x];
            for (int y = 1; y < height - 1; y++) {
                result[y * width + x] = (map[(y + 1) * width + x] - map[(y - 1) * width + x]) / 2;
            }
            int last = (height - 1) * width + x;
            result[last] = map[last] - map[last - width];
        }
        return result;
    }
}
