package dev.facet.trainer.sample;

/**
 * The reference's transforms one after another on whole planes, as its steps are described: scale, pad, crop, flip. One
 * channel at a time; slow and plain, to compare the one-pass form with.
 */
final class StepByStep {
    private StepByStep() {}

    static float[][] plane(float[] values, int channels, int channel, int height, int width) {
        float[][] plane = new float[height][width];
        for (int i = 0; i < height * width; i++) {
            plane[i / width][i % width] = values[i * channels + channel];
        }
        return plane;
    }

    static float[][] bilinear(float[][] in, int height, int width) {
        float[][] out = new float[height][width];
        for (int y = 0; y < height; y++) {
            double sy = (y + 0.5) * in.length / height - 0.5;
            for (int x = 0; x < width; x++) {
                double sx = (x + 0.5) * in[0].length / width - 0.5;
                int y0 = (int) Math.floor(sy);
                int x0 = (int) Math.floor(sx);
                double fy = sy - y0;
                double fx = sx - x0;
                out[y][x] = (float) ((1 - fy) * ((1 - fx) * at(in, y0, x0) + fx * at(in, y0, x0 + 1))
                        + fy * ((1 - fx) * at(in, y0 + 1, x0) + fx * at(in, y0 + 1, x0 + 1)));
            }
        }
        return out;
    }

    private static float at(float[][] plane, int y, int x) {
        return plane[Math.min(Math.max(y, 0), plane.length - 1)][Math.min(Math.max(x, 0), plane[0].length - 1)];
    }

    static float[][] nearest(float[][] in, int height, int width) {
        float[][] out = new float[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                out[y][x] = in[y * in.length / height][x * in[0].length / width];
            }
        }
        return out;
    }

    static float[][] pad(float[][] in, int height, int width, float fill) {
        int newHeight = Math.max(height, in.length);
        int newWidth = Math.max(width, in[0].length);
        int top = (newHeight - in.length) / 2;
        int left = (newWidth - in[0].length) / 2;
        float[][] out = new float[newHeight][newWidth];
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                boolean inside = y >= top && y < top + in.length && x >= left && x < left + in[0].length;
                out[y][x] = inside ? in[y - top][x - left] : fill;
            }
        }
        return out;
    }

    static float[][] crop(float[][] in, int top, int left, int height, int width) {
        float[][] out = new float[height][width];
        for (int y = 0; y < height; y++) {
            System.arraycopy(in[top + y], left, out[y], 0, width);
        }
        return out;
    }

    static float[][] flip(float[][] in) {
        float[][] out = new float[in.length][in[0].length];
        for (int y = 0; y < in.length; y++) {
            for (int x = 0; x < in[0].length; x++) {
                out[y][x] = in[y][in[0].length - 1 - x];
            }
        }
        return out;
    }
}
