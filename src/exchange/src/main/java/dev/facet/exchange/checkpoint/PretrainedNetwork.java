package dev.facet.exchange.checkpoint;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.Affine;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ImageNet classifier in the names of a bank, on its way to one.
 *
 * <p>Understood are torchvision's names ({@code conv1.weight}, {@code bn1.*}, {@code layer1.0.conv1.weight}, {@code
 * layer2.0.downsample.0.weight}, …) and those of the method's reference ({@code conv1.Ws.weight}, {@code
 * conv1.Wt.weight}; residual adapters, parallel or in series, are merged). A classifier ({@code fc.*}) is left out. Where norms are folded into convolutions, those have biases
 * and the norms have to be measured ({@link #hasNorms}).
 *
 * @param architecture encoder
 * @param tensors the bank's tensors that the checkpoint gives
 * @param biases biases of convolutions whose norms were folded, by convolution; empty where the norms are there
 */
public record PretrainedNetwork(Architecture architecture, Map<String, Tensor> tensors, Map<String, float[]> biases) {
    public PretrainedNetwork {
        tensors = Map.copyOf(tensors);
        biases = Map.copyOf(biases);
    }

    /**
     * Maps a checkpoint's tensors.
     *
     * @throws CheckpointException if a tensor is missing or has another shape
     */
    public static PretrainedNetwork of(Map<String, Tensor> checkpoint) {
        return of(checkpoint, guess(checkpoint));
    }

    /** As {@link #of(Map)}, with the architecture given. */
    public static PretrainedNetwork of(Map<String, Tensor> checkpoint, Architecture architecture) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, float[]> biases = new LinkedHashMap<>();
        List<Convolution> all = architecture.convolutionsAndShortcuts();
        for (Convolution conv : all) {
            boolean shortcut = conv.kernel() == 1;
            Tensor filters = either(checkpoint, conv.name() + ".weight", conv.name() + ".Ws.weight");
            check(conv.name(), filters, conv.outChannels(), conv.inChannels(), conv.kernel(), conv.kernel());
            tensors.put(shortcut ? "init." + conv.name() + ".weight" : conv.name(), storable(filters));
            norm(checkpoint, conv, tensors, biases);
            Tensor modulator = checkpoint.get(conv.name() + ".Wt.weight");
            if (modulator != null) {
                modulate(checkpoint, conv, modulator, tensors);
            }
        }
        if (!biases.isEmpty() && biases.size() != all.size()) {
            throw new CheckpointException(
                    "some convolutions have biases and some have norms: biases=%d, convolutions=%d, expected all or none"
                            .formatted(biases.size(), all.size()));
        }
        return new PretrainedNetwork(architecture, tensors, biases);
    }

    /** Brings the 1×1 convolution beside or behind W_s into a bank's form: the same network, value for value. */
    private static void modulate(
            Map<String, Tensor> checkpoint, Convolution conv, Tensor modulator, Map<String, Tensor> tensors) {
        String name = conv.name();
        int columns = isParallel(checkpoint) ? conv.inChannels() : conv.outChannels();
        check(name + ".Wt", modulator, conv.outChannels(), columns, 1, 1);
        if (isParallel(checkpoint)) {
            // W_s⊛x + A⊛x: a 1×1 of the same stride sees the centre of the kernel.
            tensors.put(name, tensor(Weights.of(tensors.get(name)).plusAtCentre(Weights.of(modulator))));
            return;
        }
        Tensor initial = storable(modulator);
        if (checkpoint.containsKey(name + ".bn.weight")) {
            // z + A·(s·z + t) = (I + A·s)·z + A·t, and the constant moves the mean of the norm behind it.
            Affine adapterNorm = Affine.ofNorm(part -> required(checkpoint, part), name + ".bn");
            Weights adapter = Weights.of(modulator);
            initial = tensor(adapter.scaleColumns(adapterNorm.scale()).plus(Weights.identity(conv.outChannels())));
            String mean = "init." + conv.norm() + ".running_mean";
            if (!tensors.containsKey(mean)) {
                throw new CheckpointException(
                        "adapters in series need norms behind them: missing '%s.running_mean'".formatted(conv.norm()));
            }
            tensors.put(mean, minus(tensors.get(mean), adapter.times(adapterNorm.shift())));
        }
        tensors.put("init." + name + ".modulator", initial);
    }

    /** Parallel adapters have as many columns as the convolution has inputs: 3 for the stem. */
    private static boolean isParallel(Map<String, Tensor> checkpoint) {
        Tensor stem = checkpoint.get("conv1.Wt.weight");
        return stem != null && stem.shape().rank() == 4 && stem.shape().extent(1) == 3;
    }

    private static Tensor tensor(Weights weights) {
        return Tensor.of(weights.shape(), weights.values());
    }

    private static Tensor minus(Tensor vector, float[] offset) {
        float[] values = vector.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] -= offset[i];
        }
        return Tensor.of(vector.shape(), values);
    }

    private static void norm(
            Map<String, Tensor> checkpoint,
            Convolution conv,
            Map<String, Tensor> tensors,
            Map<String, float[]> biases) {
        Tensor bias = checkpoint.get(conv.name() + ".bias");
        if (checkpoint.containsKey(conv.norm() + ".weight")) {
            if (bias != null) {
                throw new CheckpointException(
                        "convolution with a bias and a norm: name='%s', expected one of them".formatted(conv.name()));
            }
            for (String part : TensorLayout.NORM_PARTS) {
                Tensor tensor = required(checkpoint, conv.norm() + "." + part);
                check(conv.norm() + "." + part, tensor, conv.outChannels());
                tensors.put("init." + conv.norm() + "." + part, storable(tensor));
            }
        } else if (bias != null) {
            check(conv.name() + ".bias", bias, conv.outChannels());
            biases.put(conv.name(), bias.toFloatArray());
        } else {
            throw new CheckpointException(
                    "no norm and no bias: expected '%s.weight' or '%s.bias'".formatted(conv.norm(), conv.name()));
        }
    }

    /** Names of a checkpoint's tensors that this network was made of; the others were left out. */
    public Set<String> namesUsedOf(Map<String, Tensor> checkpoint) {
        Set<String> names = new LinkedHashSet<>();
        for (Convolution conv : architecture.convolutionsAndShortcuts()) {
            names.add(
                    checkpoint.containsKey(conv.name() + ".weight")
                            ? conv.name() + ".weight"
                            : conv.name() + ".Ws.weight");
            names.add(conv.name() + ".Wt.weight");
            names.add(conv.name() + ".bias");
            for (String part : TensorLayout.NORM_PARTS) {
                names.add(conv.norm() + "." + part);
                names.add(conv.name() + ".bn." + part);
            }
        }
        names.retainAll(checkpoint.keySet());
        return names;
    }

    /** Whether the checkpoint has its norms; where not, they are measured on images before it can become a bank. */
    public boolean hasNorms() {
        return biases.isEmpty();
    }

    /** The bank of these tensors. */
    public FilterBank toBank(BankManifest manifest) {
        if (!hasNorms()) {
            throw new IllegalStateException("norms are not measured yet (bug)");
        }
        return new FilterBank(manifest, tensors);
    }

    /**
     * The bank of these tensors with measured norms: γ = s, β = b + m, running mean m, running variance s², right in
     * inference and in training mode.
     *
     * @param means mean response per channel, by convolution
     * @param variances variance of the response per channel, by convolution
     */
    public FilterBank toBank(BankManifest manifest, Map<String, double[]> means, Map<String, double[]> variances) {
        Map<String, Tensor> all = new LinkedHashMap<>(tensors);
        for (Convolution conv : architecture.convolutionsAndShortcuts()) {
            double[] mean = means.get(conv.name());
            double[] variance = variances.get(conv.name());
            float[] bias = biases.get(conv.name());
            float[][] parts = new float[4][bias.length];
            for (int i = 0; i < bias.length; i++) {
                // The norm divides by √(σ² + ε): γ takes the ε along, so that a dead channel stays exact.
                parts[0][i] = (float) Math.sqrt(variance[i] + TensorLayout.NORM_EPSILON);
                parts[1][i] = (float) (bias[i] + mean[i]);
                parts[2][i] = (float) mean[i];
                parts[3][i] = (float) variance[i];
            }
            for (int part = 0; part < parts.length; part++) {
                all.put(
                        "init." + conv.norm() + "." + TensorLayout.NORM_PARTS.get(part),
                        Tensor.of(new Shape(bias.length), parts[part]));
            }
        }
        return new FilterBank(manifest, all);
    }

    static Architecture guess(Map<String, Tensor> checkpoint) {
        if (checkpoint.keySet().stream().anyMatch(name -> name.matches("layer1\\.0\\.conv3(\\..*)?"))) {
            throw new CheckpointException(
                    "bottleneck blocks (ResNet-50 and up) are not supported: expected resnet18 or resnet34");
        }
        boolean deep = checkpoint.keySet().stream().anyMatch(name -> name.startsWith("layer1.2."));
        return deep ? Architecture.RESNET34 : Architecture.RESNET18;
    }

    private static Tensor either(Map<String, Tensor> checkpoint, String first, String second) {
        Tensor tensor = checkpoint.get(first);
        return tensor != null
                ? tensor
                : checkpoint.containsKey(second) ? checkpoint.get(second) : required(checkpoint, first);
    }

    private static Tensor required(Map<String, Tensor> checkpoint, String name) {
        Tensor tensor = checkpoint.get(name);
        if (tensor == null) {
            throw new CheckpointException("missing tensor: name='%s' [tensors=%d, for example %s]"
                    .formatted(
                            name,
                            checkpoint.size(),
                            checkpoint.keySet().stream().sorted().limit(3).toList()));
        }
        return tensor;
    }

    private static void check(String name, Tensor tensor, long... extents) {
        if (!tensor.shape().equals(new Shape(extents))) {
            throw new CheckpointException("wrong shape: tensor='%s', shape=%s, expected=%s"
                    .formatted(name, tensor.shape(), new Shape(extents)));
        }
        if (!tensor.type().isFloating() || !tensor.isFinite()) {
            throw new CheckpointException("tensor is not of finite floating point numbers: tensor='%s', type=%s"
                    .formatted(name, tensor.type()));
        }
    }

    private static Tensor storable(Tensor tensor) {
        return tensor.type() == ElementType.F16 ? tensor : tensor.toFloat32();
    }
}
