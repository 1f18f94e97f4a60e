package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.TensorLayout;
import dev.facet.trainer.engine.Ops;

/**
 * The encoder's convolutions, each with the norm behind it.
 *
 * <p>With z the frozen response: {@code rc} y = W_t·(W_s⊛x); {@code ra-series} y = z + A·norm_a(z); {@code ra-parallel} y = z +
 * A⊛x with the stride of the convolution; {@code norm} y = z; {@code none} y = W⊛x (ECCV 2020, section 3; CVPR 2018 for the
 * adapters). With normalized feature fusion row i of W_t is g_i·v_i/‖v_i‖.
 */
final class Units {
    private static final double NORM_MOMENTUM = 0.1;

    private final FrozenFilters frozen;
    private final TaskParameters parameters;
    private final Adaptation adaptation;

    Units(FrozenFilters frozen, TaskParameters parameters, Adaptation adaptation) {
        this.frozen = frozen;
        this.parameters = parameters;
        this.adaptation = adaptation;
    }

    /** One convolution with its norm, without activation. */
    NDArray apply(Convolution conv, NDArray x, boolean training) {
        NDArray bias = frozen.bias(conv.name(), x);
        if (bias != null) {
            return convolve(conv, x, frozen.filters(conv.name(), x), bias);
        }
        boolean batch = training && adaptation.batchStatistics();
        NDArray response = conv.kernel() == 1 ? shortcut(conv, x) : response(conv, x, batch);
        return norm(parameters, conv.norm(), response, batch);
    }

    private NDArray shortcut(Convolution conv, NDArray x) {
        NDArray weight = frozen.filters(conv.name(), x);
        return convolve(conv, x, weight != null ? weight : parameters.get(conv.name() + ".weight"), null);
    }

    private NDArray response(Convolution conv, NDArray x, boolean batch) {
        String name = conv.name();
        if (adaptation.modulation() == Modulation.NONE) {
            return convolve(conv, x, parameters.get(name + ".weight"), null);
        }
        NDArray z = convolve(conv, x, frozen.filters(name, x), null);
        return switch (adaptation.modulation()) {
            case RC -> Ops.pointwise(z, modulator(name));
            case RA_SERIES ->
                z.add(Ops.pointwise(
                        norm(parameters, name + ".adapter_norm", z, batch), parameters.get(name + ".adapter")));
            case RA_PARALLEL ->
                z.add(Ops.convolution(x, parameters.get(name + ".adapter"), null, conv.stride(), 0, 1, 1));
            case NORM, NONE -> z;
        };
    }

    private NDArray modulator(String conv) {
        if (!adaptation.fusion()) {
            return parameters.get(conv + ".modulator");
        }
        NDArray rows = parameters.get(conv + Modulators.ROWS);
        NDArray lengths = rows.square().sum(new int[] {1}, true).sqrt();
        return rows.mul(parameters.get(conv + Modulators.GAINS).div(lengths));
    }

    private static NDArray convolve(Convolution conv, NDArray x, NDArray weight, NDArray bias) {
        return Ops.convolution(x, weight, bias, conv.stride(), conv.padding(), conv.dilation(), 1);
    }

    /** A batch norm; with the batch's statistics the running ones are updated. */
    static NDArray norm(TaskParameters parameters, String name, NDArray x, boolean batch) {
        return Ops.batchNorm(
                x,
                parameters.get(name + ".running_mean"),
                parameters.get(name + ".running_var"),
                parameters.get(name + ".weight"),
                parameters.get(name + ".bias"),
                batch,
                NORM_MOMENTUM,
                TensorLayout.NORM_EPSILON);
    }
}
