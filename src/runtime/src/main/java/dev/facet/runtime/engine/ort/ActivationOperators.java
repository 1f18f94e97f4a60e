package dev.facet.runtime.engine.ort;

import dev.facet.core.folding.Weights;
import java.util.List;

/**
 * What an {@link QuantizedNetwork} is written with: 8-bit operators to run it, fp32 operators to observe its activations. Both give
 * every result the name of an activation of {@code core.quantization.Activations}.
 */
interface ActivationOperators {
    /**
     * A map of the network.
     *
     * @param tensor its name in the graph
     * @param activation what it is, which says its scale
     */
    record Value(String tensor, String activation) {}

    /**
     * A square convolution.
     *
     * @param name what its constants are named after
     * @param weights [C_out, C_in/group, k, k], norm folded
     * @param bias [C_out]
     */
    record Layer(String name, Weights weights, float[] bias, int stride, int dilation, int padding, int group) {
        static Layer pointwise(String name, Weights weights, float[] bias) {
            return new Layer(name, weights, bias, 1, 1, 0, 1);
        }

        int kernel() {
            return weights.shape().intExtent(2);
        }
    }

    /** Whether an activation lies behind a ReLU. */
    boolean isRectified(String activation);

    /** A float map [N, C, height, width] as a value. */
    Value ofReal(String nchw, String activation);

    /** A value as a float map [N, C, height, width]. */
    String real(Value value);

    /** Max pooling over 3×3 with stride 2; the activation stays. */
    Value maxPool(Value value);

    /** A convolution, and ReLU where the activation is rectified. */
    Value convolution(Value x, Layer layer, String activation);

    /** The sum of two values, and ReLU. */
    Value addRectified(Value a, Value b, String activation);

    /** The channels of values of one activation side by side. */
    Value concatenate(List<Value> values);

    /** Bilinear resize with half-pixel centres to the extents of {@code like}; the activation stays. */
    Value resize(Value value, Value like);

    /** Repeats [N, 1, 1, C] over the extents of {@code like}. */
    Value spread(Value value, Value like);
}
