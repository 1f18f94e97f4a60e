package dev.facet.exchange.checkpoint;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An ImageNet classifier with residual adapters, as the method's reference starts {@code RA_series} and {@code RA_parallel} from
 * ({@code resnet18_RA_series.pth}): its W_s as a bank, its adapters and norms as what a task begins with. {@link PretrainedNetwork}
 * merges the adapters into the bank instead; then they begin at zero, and decay pulls to the classifier's own.
 *
 * @param architecture encoder
 * @param modulation {@code ra-series} or {@code ra-parallel}
 * @param filters tensors of a bank without initial values: the {@code Ws}
 * @param tensors tensors of a pack's encoder, as {@link TensorLayout#encoder} says, without a prefix
 */
public record PretrainedAdapters(
        Architecture architecture, Modulation modulation, Map<String, Tensor> filters, Map<String, Tensor> tensors) {
    private static final String INITIAL = "init.";

    public PretrainedAdapters {
        filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Maps a checkpoint's tensors.
     *
     * @param modulation the kind of adapters that it is expected to have
     * @throws CheckpointException if a tensor is missing, misshapen or not finite, or the adapters are of the other kind
     */
    public static PretrainedAdapters of(Map<String, Tensor> checkpoint, Modulation modulation) {
        boolean series = checkpoint.containsKey("conv1.bn.weight");
        if (modulation != (series ? Modulation.RA_SERIES : Modulation.RA_PARALLEL)) {
            throw new CheckpointException("adapters of another kind: found=%s, expected=%s ['conv1.bn.weight' is %s]"
                    .formatted(
                            series ? Modulation.RA_SERIES.id() : Modulation.RA_PARALLEL.id(),
                            modulation.id(),
                            series ? "there" : "absent"));
        }
        Map<String, Tensor> plain = new LinkedHashMap<>(checkpoint);
        plain.keySet().removeIf(name -> name.endsWith(".Wt.weight"));
        PretrainedNetwork network = PretrainedNetwork.of(plain);
        if (!network.hasNorms()) {
            throw new CheckpointException("adapters need norms behind them: missing 'bn1.weight'");
        }
        Map<String, Tensor> filters = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        network.tensors().forEach((name, tensor) -> {
            if (name.startsWith(INITIAL)) {
                tensors.put(name.substring(INITIAL.length()), tensor);
            } else {
                filters.put(name, tensor);
            }
        });
        for (Convolution conv : network.architecture().convolutions()) {
            int out = conv.outChannels();
            String name = conv.name();
            Shape shape = new Shape(out, series ? out : conv.inChannels(), 1, 1);
            tensors.put(name + ".adapter", checked(checkpoint, name + ".Wt.weight", shape));
            if (series) {
                for (String part : TensorLayout.NORM_PARTS) {
                    tensors.put(
                            name + ".adapter_norm." + part, checked(checkpoint, name + ".bn." + part, new Shape(out)));
                }
            }
        }
        return new PretrainedAdapters(network.architecture(), modulation, filters, tensors);
    }

    private static Tensor checked(Map<String, Tensor> checkpoint, String name, Shape shape) {
        Tensor tensor = checkpoint.get(name);
        if (tensor == null || !tensor.shape().equals(shape)) {
            throw new CheckpointException("%s: tensor='%s', shape=%s, expected=%s"
                    .formatted(
                            tensor == null ? "missing adapter" : "wrong shape",
                            name,
                            tensor == null ? "none" : tensor.shape(),
                            shape));
        }
        if (!tensor.type().isFloating() || !tensor.isFinite()) {
            throw new CheckpointException("tensor is not of finite floating point numbers: tensor='%s', type=%s"
                    .formatted(name, tensor.type()));
        }
        return tensor.toFloat32();
    }

    /** The bank of the frozen filters: no initial values, so that no prefix is made of half a network. */
    public FilterBank bank(Normalization input, String provenance, String licence) {
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), Map.of(), input, provenance, licence), filters);
    }
}
