package dev.facet.evaluation.dataset;

import dev.facet.core.image.Taps;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Brings labels to the size of their photo: class ids by the nearest sample, source index ⌊(i + ½)·in/out⌋; depth of either quantity, normals
 * and saliency by means, bilinear where an axis grows and over the covered area where it shrinks ({@link Taps}). Means are over
 * known pixels, a pixel of which less than half is known stays unknown, and mean normals are made unit.
 */
final class LabelResizer {
    private final int fromHeight;
    private final int fromWidth;
    private final int height;
    private final int width;

    private LabelResizer(Label label, int height, int width) {
        this.fromHeight = label.height();
        this.fromWidth = label.width();
        this.height = height;
        this.width = width;
    }

    /** Whether one of the sizes is the other one, scaled by one factor and rounded up or down. */
    static boolean sameShape(int height, int width, int otherHeight, int otherWidth) {
        long difference = Math.abs((long) height * otherWidth - (long) width * otherHeight);
        return difference < Math.max(height + width, otherHeight + otherWidth);
    }

    /**
     * A label at another size; the same one where nothing changes.
     *
     * @throws IllegalArgumentException if it is a map of boundaries: they have no width to scale
     */
    static Label resize(Label label, int height, int width) {
        if (label.height() == height && label.width() == width) {
            return label;
        }
        LabelResizer resizer = new LabelResizer(label, height, width);
        if (label instanceof Label.ClassMap map) {
            return new Label.ClassMap(height, width, resizer.nearest(map.ids()));
        }
        if (label instanceof Label.DepthMap map) {
            return new Label.DepthMap(height, width, resizer.means(map.metres(), 1));
        }
        if (label instanceof Label.InverseDepthMap map) {
            return new Label.InverseDepthMap(height, width, resizer.inverse(map.values()));
        }
        if (label instanceof Label.NormalMap map) {
            return new Label.NormalMap(height, width, unit(resizer.means(map.vectors(), 3)));
        }
        if (label instanceof Label.SaliencyMap map) {
            return new Label.SaliencyMap(height, width, resizer.grey(map.values()));
        }
        throw new IllegalArgumentException("boundaries can't be resized");
    }

    private byte[] nearest(byte[] ids) {
        byte[] result = new byte[Math.multiplyExact(height, width)];
        int[] columns = new int[width];
        for (int x = 0; x < width; x++) {
            columns[x] = nearest(x, fromWidth, width);
        }
        int to = 0;
        for (int y = 0; y < height; y++) {
            int row = nearest(y, fromHeight, height) * fromWidth;
            for (int column : columns) {
                result[to++] = ids[row + column];
            }
        }
        return result;
    }

    private static int nearest(int position, int in, int out) {
        return Math.min(in - 1, (int) ((position + 0.5) * in / out));
    }

    private byte[] grey(byte[] values) {
        float[] levels = new float[values.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = values[i] & 0xFF;
        }
        float[] means = means(levels, 1, pixel -> true);
        byte[] result = new byte[means.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) Math.round(means[i]);
        }
        return result;
    }

    /** NaN is unknown, and so are means that are left at 0 because they are of too little. */
    private float[] inverse(float[] values) {
        float[] ones = new float[values.length];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = Float.isNaN(values[i]) ? 0 : 1;
        }
        IntPredicate known = pixel -> ones[pixel] != 0;
        float[] means = means(values, 1, known);
        float[] shares = means(ones, 1, known);
        for (int i = 0; i < means.length; i++) {
            means[i] = shares[i] == 0 ? Float.NaN : means[i];
        }
        return means;
    }

    /** Pixels whose components are all 0 are unknown. */
    private float[] means(float[] values, int channels) {
        return means(values, channels, pixel -> {
            for (int channel = 0; channel < channels; channel++) {
                if (values[pixel * channels + channel] != 0) {
                    return true;
                }
            }
            return false;
        });
    }

    private float[] means(float[] values, int channels, IntPredicate known) {
        Taps rows = Taps.of(fromHeight, height);
        Taps columns = Taps.of(fromWidth, width);
        float[] result = new float[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
        float[] sum = new float[channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float share = add(values, rows, y, columns, x, known, sum);
                if (share >= 0.5f) {
                    int to = (y * width + x) * channels;
                    for (int channel = 0; channel < channels; channel++) {
                        result[to + channel] = sum[channel] / share;
                    }
                }
            }
        }
        return result;
    }

    /** Sums what an output pixel is made of; returns which share of it is known. */
    private float add(float[] values, Taps rows, int y, Taps columns, int x, IntPredicate known, float[] sum) {
        Arrays.fill(sum, 0);
        float share = 0;
        float[] vertical = rows.weights()[y];
        float[] horizontal = columns.weights()[x];
        for (int i = 0; i < vertical.length; i++) {
            int from = (rows.start()[y] + i) * fromWidth + columns.start()[x];
            for (int j = 0; j < horizontal.length; j++) {
                if (!known.test(from + j)) {
                    continue;
                }
                float weight = vertical[i] * horizontal[j];
                share += weight;
                for (int channel = 0; channel < sum.length; channel++) {
                    sum[channel] += weight * values[(from + j) * sum.length + channel];
                }
            }
        }
        return share;
    }

    private static float[] unit(float[] vectors) {
        for (int i = 0; i < vectors.length; i += 3) {
            double length = Math.sqrt((double) vectors[i] * vectors[i]
                    + (double) vectors[i + 1] * vectors[i + 1]
                    + (double) vectors[i + 2] * vectors[i + 2]);
            // Opposite directions have none between them.
            double factor = length < 1e-6 ? 0 : 1 / length;
            vectors[i] = (float) (vectors[i] * factor);
            vectors[i + 1] = (float) (vectors[i + 1] * factor);
            vectors[i + 2] = (float) (vectors[i + 2] * factor);
        }
        return vectors;
    }
}
