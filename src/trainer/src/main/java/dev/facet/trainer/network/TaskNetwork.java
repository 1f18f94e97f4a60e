package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The network of one task over a frozen bank (ECCV 2020): what lies before {@code modulatedFrom} is the bank's own network,
 * norms folded; after it every k×k convolution is W_t·(W_s⊛x) followed by a private norm.
 *
 * <p>Not thread-safe; owns its arrays until {@link #close()}.
 */
public final class TaskNetwork implements AutoCloseable {
    private static final double NORM_MOMENTUM = 0.1;

    private final NetworkSpecification specification;
    private final NDManager manager;
    private final Parameters parameters;
    private final DecoderHead head;
    private final Map<String, NDArray> frozen = new LinkedHashMap<>();

    private TaskNetwork(
            NDManager parent, FilterBank bank, NetworkSpecification specification, Map<String, Tensor> values) {
        this.specification = specification;
        this.manager = parent.newSubManager();
        this.parameters = new Parameters(manager, values);
        this.head = new DecoderHead(specification.decoder(), parameters);
        freeze(bank);
    }

    /**
     * A network that starts where the bank says.
     *
     * @param seed seed of the decoder's initial values
     * @throws IllegalArgumentException if the bank has no initial values
     */
    public static TaskNetwork begin(NDManager parent, FilterBank bank, NetworkSpecification specification, long seed) {
        if (!bank.hasInitialValues()) {
            throw new IllegalArgumentException(
                    "bank has nothing to start from: init.*=absent, expected a bank made of a"
                            + " pre-trained network [bank=%s]".formatted(bank.fingerprint()));
        }
        return new TaskNetwork(parent, bank, specification, InitialValues.of(bank, specification, seed));
    }

    /**
     * The network of a finished pack.
     *
     * @throws IllegalArgumentException if it isn't modulated by {@code rc}
     */
    public static TaskNetwork of(NDManager parent, FilterBank bank, ModulatorPack pack) {
        PackManifest manifest = pack.manifest();
        if (manifest.modulation() != Modulation.RC) {
            throw new IllegalArgumentException("modulation: value=%s, expected=rc [pack=%s]"
                    .formatted(manifest.modulation().id(), manifest.name()));
        }
        NetworkSpecification specification = new NetworkSpecification(
                manifest.architecture(),
                manifest.outputStride(),
                manifest.modulatedFrom(),
                false,
                manifest.decoder(),
                manifest.task().outputs());
        Map<String, Tensor> values = new LinkedHashMap<>();
        manifest.layout().keySet().forEach(name -> values.put(name, pack.tensor(name)));
        return new TaskNetwork(parent, bank, specification, values);
    }

    public NetworkSpecification specification() {
        return specification;
    }

    public Parameters parameters() {
        return parameters;
    }

    /**
     * Runs the network.
     *
     * @param images [N, 3, H, W], normalised
     * @param training whether norms use the batch's statistics (and update the running ones)
     * @return stride-4 map [N, outputs, ⌈H/4⌉, ⌈W/4⌉]
     */
    public NDArray forward(NDArray images, boolean training) {
        NDList features = features(images, training);
        return head.forward(features.get(0), features.get(1), training);
    }

    /** The outputs of layer1 and layer4. */
    NDList features(NDArray images, boolean training) {
        NDArray x = Ops.relu(unit(specification.architecture().stem(), images, training));
        x = Ops.maxPool(x, 3, 2, 1);
        NDArray low = null;
        for (Stage stage : Stage.values()) {
            if (stage == Stage.CONV1) {
                continue;
            }
            for (Block block : specification.architecture().blocks(stage, specification.outputStride())) {
                NDArray y = Ops.relu(unit(block.conv1(), x, training));
                y = unit(block.conv2(), y, training);
                NDArray shortcut =
                        block.shortcut().isPresent() ? unit(block.shortcut().get(), x, training) : x;
                x = Ops.relu(y.add(shortcut));
            }
            if (stage == Stage.LAYER1) {
                low = x;
            }
        }
        return new NDList(low, x);
    }

    /** One convolution with its norm. */
    private NDArray unit(Convolution conv, NDArray x, boolean training) {
        NDArray bias = frozen.get(conv.name() + ".bias");
        if (bias != null) {
            return convolve(conv, x, frozen.get(conv.name()), bias);
        }
        if (conv.kernel() == 1) {
            return norm(
                    parameters,
                    conv.norm(),
                    convolve(conv, x, parameters.get(conv.name() + ".weight"), null),
                    training);
        }
        NDArray response = convolve(conv, x, frozen.get(conv.name()), null);
        return norm(parameters, conv.norm(), Ops.pointwise(response, modulator(conv)), training);
    }

    private static NDArray convolve(Convolution conv, NDArray x, NDArray weight, NDArray bias) {
        return Ops.convolution(x, weight, bias, conv.stride(), conv.padding(), conv.dilation(), 1);
    }

    private NDArray modulator(Convolution conv) {
        String name = conv.name() + ".modulator";
        if (!specification.fusion()) {
            return parameters.get(name);
        }
        NDArray rows = parameters.get(name + ".v");
        NDArray norm = rows.square().sum(new int[] {1}, true).sqrt();
        return rows.mul(parameters.get(name + ".g").div(norm));
    }

    static NDArray norm(Parameters parameters, String name, NDArray x, boolean training) {
        return Ops.batchNorm(
                x,
                parameters.get(name + ".running_mean"),
                parameters.get(name + ".running_var"),
                parameters.get(name + ".weight"),
                parameters.get(name + ".bias"),
                training,
                NORM_MOMENTUM,
                TensorLayout.NORM_EPSILON);
    }

    private void freeze(FilterBank bank) {
        for (Convolution conv : specification.architecture().convolutions(specification.outputStride())) {
            if (specification.isPrefix(conv.stage())) {
                freezeFolded(bank, conv);
            } else {
                frozen.put(conv.name(), Ops.of(manager, bank.tensor(conv.name())));
            }
        }
        for (Convolution conv : specification.architecture().shortcuts(specification.outputStride())) {
            if (specification.isPrefix(conv.stage())) {
                freezeFolded(bank, conv);
            }
        }
    }

    private void freezeFolded(FilterBank bank, Convolution conv) {
        FoldedConvolution folded = BankFolding.pretrained(bank, conv);
        Shape shape = new Shape(folded.weights().shape().extents());
        frozen.put(conv.name(), manager.create(folded.weights().values(), shape));
        frozen.put(conv.name() + ".bias", manager.create(folded.bias()));
    }

    @Override
    public void close() {
        manager.close();
    }
}
