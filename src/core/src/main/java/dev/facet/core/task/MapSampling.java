package dev.facet.core.task;

import dev.facet.core.image.Frame;
import java.util.Arrays;

/**
 * Bilinear sampling of a network's map along one axis (half-pixel centres, the edge repeated): for answer pixel i, map samples
 * {@code low[i]} and {@code high[i]}, and the weight of the latter.
 */
record MapSampling(int[] low, int[] high, float[] fraction) {

    /** Rows of the answer at the image's size, of a map of so many rows; what is padding isn't read. */
    static MapSampling rows(int map, Frame frame) {
        return of(frame.imageHeight(), frame.height(), frame.paddedHeight(), map);
    }

    /** Columns of the answer at the image's size, of a map of so many columns; what is padding isn't read. */
    static MapSampling columns(int map, Frame frame) {
        return of(frame.imageWidth(), frame.width(), frame.paddedWidth(), map);
    }

    /** An axis of {@code in} samples resized to {@code out}: PyTorch's {@code interpolate(align_corners=False)}. */
    static MapSampling whole(int out, int in) {
        return of(out, in, in, in);
    }

    private static MapSampling of(int answer, int content, int padded, int map) {
        int[] low = new int[answer];
        int[] high = new int[answer];
        float[] fraction = new float[answer];
        double stride = (double) map / padded;
        int last = (int) Math.min(map - 1, Math.ceil(content * stride) - 1);
        for (int i = 0; i < answer; i++) {
            double position = (i + 0.5) * content / answer * stride - 0.5;
            position = Math.min(Math.max(position, 0), last);
            low[i] = (int) position;
            high[i] = Math.min(low[i] + 1, last);
            fraction[i] = (float) (position - low[i]);
        }
        return new MapSampling(low, high, fraction);
    }

    /** The answer's pixels from {@code from} to {@code to}, of a part of the map that begins at sample {@code begin}. */
    MapSampling part(int from, int to, int begin) {
        int[] lower = new int[to - from];
        int[] higher = new int[to - from];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = low[from + i] - begin;
            higher[i] = high[from + i] - begin;
        }
        return new MapSampling(lower, higher, Arrays.copyOfRange(fraction, from, to));
    }

    int length() {
        return low.length;
    }
}
