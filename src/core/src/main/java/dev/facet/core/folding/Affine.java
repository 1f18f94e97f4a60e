package dev.facet.core.folding;

import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import java.util.function.Function;

/**
 * A norm in inference mode: y = scale·x + shift per channel, with scale = γ/√(σ² + ε) and shift = β − scale·μ.
 *
 * @param scale one factor per channel
 * @param shift one offset per channel
 */
public record Affine(float[] scale, float[] shift) {
    /** The norm whose tensors lie under {@code prefix}. */
    public static Affine ofNorm(Function<String, Tensor> tensors, String prefix) {
        float[] weight = tensors.apply(prefix + ".weight").toFloatArray();
        float[] bias = tensors.apply(prefix + ".bias").toFloatArray();
        float[] mean = tensors.apply(prefix + ".running_mean").toFloatArray();
        float[] variance = tensors.apply(prefix + ".running_var").toFloatArray();
        float[] scale = new float[weight.length];
        float[] shift = new float[weight.length];
        for (int i = 0; i < scale.length; i++) {
            double factor = weight[i] / Math.sqrt((double) variance[i] + TensorLayout.NORM_EPSILON);
            scale[i] = (float) factor;
            shift[i] = (float) (bias[i] - factor * mean[i]);
        }
        return new Affine(scale, shift);
    }
}
