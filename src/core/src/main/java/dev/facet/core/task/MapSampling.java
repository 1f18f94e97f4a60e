package dev.facet.core.task;

import dev.facet.core.image.Frame;

/**
 * Bilinear sampling of a network's map along one axis (half-pixel centres, the edge repeated): for answer pixel i, map samples
 * {@code low[i]} and {@code high[i]}, and the weight of the latter.
 */
record MapSampling(int[] low, int[] high, float[] fraction) {

    /** Rows of the answer at the image's size; what is padding isn't read. */
    static MapSampling rows(NetworkOutput output, Frame frame) {
        return of(frame.imageHeight(), frame.height(), frame.paddedHeight(), output.height());
    }

    /** Columns of the answer at the image's size; what is padding isn't read. */
    static MapSampling columns(NetworkOutput output, Frame frame) {
        return of(frame.imageWidth(), frame.width(), frame.paddedWidth(), output.width());
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

    int length() {
        return low.length;
    }
}
