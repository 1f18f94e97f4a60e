package dev.facet.exchange.checkpoint;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.tensor.Tensor;
import java.util.function.Function;

/** A convolution's response at one position by the definitions of the modulations, in double. */
final class PlainResponse {
    private PlainResponse() {}

    /** @param column the input under the kernel, C_in·k·k values */
    static double[] of(FilterBank bank, ModulatorPack pack, Convolution conv, double[] column) {
        String name = conv.name();
        if (conv.stage().compareTo(pack.manifest().modulatedFrom()) < 0) {
            return norm(bank::tensor, "init." + conv.norm(), frozen(bank, name, column));
        }
        double[] response = switch (pack.manifest().modulation()) {
            case RC -> times(pack.tensor(name + ".modulator"), times(bank.tensor(name), column));
            case NORM -> frozen(bank, name, column);
            case NONE -> times(pack.tensor(name + ".weight"), column);
            case RA_SERIES -> {
                double[] z = frozen(bank, name, column);
                yield sum(z, times(pack.tensor(name + ".adapter"), norm(pack::tensor, name + ".adapter_norm", z)));
            }
            case RA_PARALLEL -> {
                int area = conv.kernel() * conv.kernel();
                double[] centre = new double[conv.inChannels()];
                for (int i = 0; i < centre.length; i++) {
                    centre[i] = column[i * area + area / 2];
                }
                yield sum(frozen(bank, name, column), times(pack.tensor(name + ".adapter"), centre));
            }
        };
        return norm(pack::tensor, conv.norm(), response);
    }

    static double[] ofShortcut(FilterBank bank, ModulatorPack pack, Convolution conv, double[] column) {
        boolean prefix = conv.stage().compareTo(pack.manifest().modulatedFrom()) < 0;
        boolean banks = prefix || pack.manifest().modulation() == Modulation.NORM;
        Tensor weights = banks ? bank.tensor("init." + conv.name() + ".weight") : pack.tensor(conv.name() + ".weight");
        double[] response = times(weights, column);
        return prefix ? norm(bank::tensor, "init." + conv.norm(), response) : norm(pack::tensor, conv.norm(), response);
    }

    private static double[] frozen(FilterBank bank, String name, double[] column) {
        double[] response = times(bank.tensor(name), column);
        return bank.has("init." + name + ".modulator")
                ? times(bank.tensor("init." + name + ".modulator"), response)
                : response;
    }

    static double[] times(Tensor matrix, double[] vector) {
        float[] values = matrix.toFloatArray();
        double[] product = new double[matrix.shape().intExtent(0)];
        for (int i = 0; i < values.length; i++) {
            product[i / vector.length] += values[i] * vector[i % vector.length];
        }
        return product;
    }

    static double[] norm(Function<String, Tensor> tensors, String name, double[] values) {
        float[] weight = tensors.apply(name + ".weight").toFloatArray();
        float[] bias = tensors.apply(name + ".bias").toFloatArray();
        float[] mean = tensors.apply(name + ".running_mean").toFloatArray();
        float[] variance = tensors.apply(name + ".running_var").toFloatArray();
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (values[i] - mean[i]) / Math.sqrt(variance[i] + 1e-5) * weight[i] + bias[i];
        }
        return result;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
