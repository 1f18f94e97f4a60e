package dev.facet.runtime.engine.ort.response;

import dev.facet.core.folding.Affine;
import dev.facet.core.folding.Weights;
import java.util.Optional;

/**
 * One convolution of a plain network: the response y = U·(W⊛x), then scale·y + shift.
 *
 * @param filters [rank, C_in, k, k]
 * @param modulator U, [C_out, rank, 1, 1]; empty for the identity
 * @param norm what follows the response
 */
public record PlainLayer(Weights filters, Optional<Weights> modulator, Affine norm) {}
