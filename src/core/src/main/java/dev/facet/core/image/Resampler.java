package dev.facet.core.image;

import java.util.Arrays;

/**
 * Resizes pictures, separably: bilinear with half-pixel centres where an axis grows, area-averaged where it shrinks. This
 * is the arithmetic of the input policy. Thread-safe.
 */
public final class Resampler {
    /** Takes one finished row of {@code width·channels} values. */
    @FunctionalInterface
    interface RowSink {
        void accept(int y, float[] row);
    }

    private Resampler() {}

    /** Resizes an image; samples are rounded to the nearest of 0 … 255. The same raster where nothing changes. */
    public static Raster resize(Raster raster, int height, int width) {
        if (height == raster.height() && width == raster.width()) {
            return raster;
        }
        byte[] rgb = new byte[height * width * 3];
        rows(raster, height, width, (y, row) -> {
            int to = y * width * 3;
            for (float value : row) {
                rgb[to++] = (byte) Math.min(255, Math.max(0, Math.round(value)));
            }
        });
        return new Raster(height, width, rgb);
    }

    /** Makes the rows of the resized image one after another, in fp32, values 0 … 255; the row is used again. */
    static void rows(Raster raster, int height, int width, RowSink sink) {
        Taps vertical = Taps.of(raster.height(), height);
        Taps horizontal = Taps.of(raster.width(), width);
        int sourceStride = raster.width() * 3;
        float[] column = new float[sourceStride];
        boolean sameWidth = width == raster.width();
        float[] row = sameWidth ? column : new float[width * 3];
        for (int y = 0; y < height; y++) {
            blendRows(raster.rgb(), sourceStride, vertical.start()[y], vertical.weights()[y], column);
            if (!sameWidth) {
                blendColumns(column, horizontal, row);
            }
            sink.accept(y, row);
        }
    }

    /** Sums in the order of the taps; two of them at a time, so that the target is gone through half as often. */
    private static void blendRows(byte[] rgb, int stride, int first, float[] weights, float[] target) {
        int offset = first * stride;
        int done = weights.length % 2;
        if (done == 0) {
            Arrays.fill(target, 0);
        } else {
            for (int i = 0; i < stride; i++) {
                target[i] = weights[0] * (rgb[offset + i] & 0xFF);
            }
        }
        for (; done < weights.length; done += 2) {
            addTwo(rgb, offset + done * stride, stride, weights[done], weights[done + 1], target);
        }
    }

    private static void addTwo(byte[] rgb, int offset, int stride, float one, float other, float[] target) {
        for (int i = 0; i < stride; i++) {
            target[i] = target[i] + one * (rgb[offset + i] & 0xFF) + other * (rgb[offset + stride + i] & 0xFF);
        }
    }

    private static void blendColumns(float[] source, Taps taps, float[] target) {
        int[] start = taps.start();
        int to = 0;
        for (int x = 0; x < start.length; x++) {
            float[] weights = taps.weights()[x];
            int from = start[x] * 3;
            float red = 0;
            float green = 0;
            float blue = 0;
            for (float weight : weights) {
                red += weight * source[from];
                green += weight * source[from + 1];
                blue += weight * source[from + 2];
                from += 3;
            }
            target[to++] = red;
            target[to++] = green;
            target[to++] = blue;
        }
    }
}
