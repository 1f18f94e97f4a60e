package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.facet.trainer.engine.Ops;

/** Σ|p − n| over valid pixels and components, divided by three times their number; a zero label is invalid. */
final class NormalsDistance implements Loss {
    @Override
    public NDArray prediction(NDArray map, int height, int width) {
        return Ops.normalize(Ops.enlarge(map, height, width), 1);
    }

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        int area = Math.toIntExact(
                prediction.getShape().get(2) * prediction.getShape().get(3));
        float[] weights = new float[labels.length];
        int valid = 0;
        for (int image = 0; image < labels.length; image += 3 * area) {
            for (int i = image; i < image + area; i++) {
                if (labels[i] != 0 || labels[i + area] != 0 || labels[i + 2 * area] != 0) {
                    valid++;
                    weights[i] = 1;
                    weights[i + area] = 1;
                    weights[i + 2 * area] = 1;
                }
            }
        }
        return Distances.meanAbsolute(prediction, labels, weights, 3 * valid);
    }
}
