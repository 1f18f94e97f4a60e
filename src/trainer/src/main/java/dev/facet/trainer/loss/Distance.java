package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.trainer.engine.Ops;
import java.util.Arrays;

/**
 * The mean of |p − t| over all values, over those of pixels whose label isn't zero (all components), or over labels ≠ 0; the last
 * two weighted by pixel, if there are weights.
 */
final class Distance implements Loss {
    private final LossFunction function;

    Distance(LossFunction function) {
        this.function = function;
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        float[] weights = known(prediction, labels);
        int valid = 0;
        for (float weight : weights) {
            valid += weight != 0 ? 1 : 0;
        }
        return mean(prediction, labels, weights, valid);
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels, float[] pixels) {
        if (!function.weighsPixels()) {
            return of(prediction, labels);
        }
        float[] weights = known(prediction, labels);
        int channels = Math.toIntExact(prediction.getShape().get(1));
        int area = pixels.length / Math.toIntExact(prediction.getShape().get(0));
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            int image = i / (channels * area);
            weights[i] *= pixels[image * area + i % area];
            sum += weights[i];
        }
        return mean(prediction, labels, weights, sum);
    }

    /** 1 for values that count, otherwise 0. */
    private float[] known(NDArray prediction, float[] labels) {
        float[] weights = new float[labels.length];
        switch (function) {
            case NORMALS_DISTANCE -> {
                int area = Math.toIntExact(
                        prediction.getShape().get(2) * prediction.getShape().get(3));
                markPixels(labels, area, weights);
            }
            case DEPTH_DISTANCE -> {
                for (int i = 0; i < labels.length; i++) {
                    weights[i] = labels[i] != 0 ? 1 : 0;
                }
            }
            default -> Arrays.fill(weights, 1);
        }
        return weights;
    }

    private static NDArray mean(NDArray prediction, float[] labels, float[] weights, double sum) {
        // Where next to nothing counts, it doesn't count as much as a whole batch.
        float divisor = (float) Math.max(1, sum);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= divisor;
        }
        return prediction
                .sub(Ops.constant(prediction, labels, prediction.getShape()))
                .abs()
                .mul(Ops.constant(prediction, weights, prediction.getShape()))
                .sum();
    }

    private static void markPixels(float[] labels, int area, float[] weights) {
        for (int image = 0; image < labels.length; image += 3 * area) {
            for (int i = image; i < image + area; i++) {
                if (labels[i] != 0 || labels[i + area] != 0 || labels[i + 2 * area] != 0) {
                    weights[i] = 1;
                    weights[i + area] = 1;
                    weights[i + 2 * area] = 1;
                }
            }
        }
    }
}
