package dev.facet.core.folding;

/**
 * A convolution with its norm in it.
 *
 * @param weights [C_out, C_in, k, k]
 * @param bias [C_out]
 */
public record FoldedConvolution(Weights weights, float[] bias) {
    /** {@code weights} followed by {@code norm}. */
    public static FoldedConvolution of(Weights weights, Affine norm) {
        return new FoldedConvolution(weights.scaleRows(norm.scale()), norm.shift());
    }
}
