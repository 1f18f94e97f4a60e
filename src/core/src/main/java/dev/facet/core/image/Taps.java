package dev.facet.core.image;

/**
 * The weights that make one axis of a picture from another: for output i, source samples {@code start[i] …} with {@code
 * weights[i]}, which add up to 1.
 *
 * <p>Enlarging (or equal): bilinear with half-pixel centres, the edge repeated. Shrinking: the mean over the exact interval
 * {@code [i·s, (i+1)·s)}, s = in/out, partly covered samples weighted by what is covered.
 *
 * @param start by output, the first source sample
 * @param weights by output, the weight of each source sample from there on
 */
public record Taps(int[] start, float[][] weights) {
    /** The weights from {@code in} samples to {@code out}. */
    public static Taps of(int in, int out) {
        int[] start = new int[out];
        float[][] weights = new float[out][];
        double scale = (double) in / out;
        for (int i = 0; i < out; i++) {
            if (out < in) {
                area(i, scale, in, start, weights);
            } else {
                bilinear(i, scale, in, start, weights);
            }
        }
        return new Taps(start, weights);
    }

    private static void area(int i, double scale, int in, int[] start, float[][] weights) {
        double begin = i * scale;
        double end = Math.min(in, (i + 1) * scale);
        int first = (int) begin;
        int last = Math.min(in - 1, (int) Math.ceil(end) - 1);
        start[i] = first;
        weights[i] = new float[last - first + 1];
        for (int sample = first; sample <= last; sample++) {
            double covered = Math.min(end, sample + 1) - Math.max(begin, sample);
            weights[i][sample - first] = (float) (covered / (end - begin));
        }
    }

    private static void bilinear(int i, double scale, int in, int[] start, float[][] weights) {
        double position = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), in - 1);
        int first = Math.min((int) position, Math.max(0, in - 2));
        float fraction = (float) (position - first);
        start[i] = first;
        weights[i] = in == 1 || fraction == 0 ? new float[] {1} : new float[] {1 - fraction, fraction};
    }
}
