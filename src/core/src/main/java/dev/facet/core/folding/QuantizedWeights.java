package dev.facet.core.folding;

import dev.facet.core.tensor.Shape;

/**
 * A convolution's weights in 8 bits, symmetric, one scale per output channel: w = scales[row]·q, q in −127 … 127, and its bias
 * in steps of inputScale·scales[row], as the accumulators are. scales[row] = max(max|w|/127, |bias|/(2³⁰·inputScale)): the second
 * keeps the bias of a channel without weights within int32. All follows from fp32 weights and the input's scale, so no file
 * holds it. Arrays are owned by the holder and read-only by agreement.
 *
 * @param shape [C_out, C_in, k, k]
 * @param values row-major
 * @param scales [C_out], positive
 * @param bias [C_out]
 */
public record QuantizedWeights(Shape shape, byte[] values, float[] scales, int[] bias) {
    private static final int LEVELS = 127;
    private static final double LARGEST_BIAS = 1 << 30;

    /**
     * Rounds to the nearest step, ties to even.
     *
     * @param bias [C_out], in fp32
     * @param inputScale step of the convolution's input
     */
    public static QuantizedWeights of(Weights weights, float[] bias, float inputScale) {
        int rows = weights.rows();
        int columns = weights.columns();
        byte[] values = new byte[weights.values().length];
        float[] scales = new float[rows];
        int[] steps = new int[rows];
        int taps = weights.shape().intExtent(2) * weights.shape().intExtent(3);
        int area = taps == 1 ? columns : taps;
        for (int row = 0; row < rows; row++) {
            double largest = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                largest = Math.max(largest, Math.abs(weights.values()[i]));
            }
            double least = Math.abs((double) bias[row]) / (LARGEST_BIAS * inputScale);
            float scale = (float) Math.max(Math.max(largest / LEVELS, least), Float.MIN_NORMAL);
            scales[row] = scale;
            for (int i = row * columns; i < (row + 1) * columns; i += area) {
                round(weights.values(), scale, values, i, area);
            }
            steps[row] = (int) Math.rint(bias[row] / ((double) scale * inputScale));
        }
        return new QuantizedWeights(weights.shape(), values, scales, steps);
    }

    /**
     * Rounds the taps of one filter to whole steps so that their sum is the whole number nearest to the exact sum: those taps
     * that are nearest to the middle between two steps go the other way. What comes in lies behind a ReLU, so a filter's sum
     * is its answer to the mean, and rounding each tap by itself would shift the mean of all that follows.
     */
    private static void round(float[] weights, double scale, byte[] values, int from, int area) {
        double excess = 0;
        double[] errors = new double[area];
        for (int tap = 0; tap < area; tap++) {
            double exact = weights[from + tap] / scale;
            values[from + tap] = (byte) Math.max(-LEVELS, Math.min(LEVELS, Math.rint(exact)));
            errors[tap] = values[from + tap] - exact;
            excess += errors[tap];
        }
        int direction = excess > 0 ? 1 : -1;
        for (long left = Math.round(Math.abs(excess)); left > 0; left--) {
            int chosen = -1;
            for (int tap = 0; tap < area; tap++) {
                boolean free = Math.abs(values[from + tap] - direction) <= LEVELS;
                if (free && (chosen < 0 || errors[tap] * direction > errors[chosen] * direction)) {
                    chosen = tap;
                }
            }
            if (chosen < 0) {
                return;
            }
            values[from + chosen] -= (byte) direction;
            errors[chosen] -= direction;
        }
    }
}
