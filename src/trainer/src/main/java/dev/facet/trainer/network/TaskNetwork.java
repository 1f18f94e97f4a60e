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
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
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

    /**
     * A network that starts where the bank says.
     *
     * @param seed seed of the decoder's initial values
     * @throws IllegalArgumentException if the bank has no initial values
     */
    public TaskNetwork(NDManager parent, FilterBank bank, NetworkSpecification specification, long seed) {
        if (!bank.hasInitialValues()) {
            throw new IllegalArgumentException(
                    "bank has nothing to start from: init.*=absent, expected a bank made of a"
                            + " pre-trained network [bank=%s]".formatted(bank.fingerprint()));
        }
        this.specification = specification;
        this.manager = parent.newSubManager();
        this.parameters = new Parameters(manager);
        addEncoder(bank);
        this.head = new DecoderHead(specification.decoder(), specification.outputs(), parameters, seed);
    }

    public NetworkSpecification specification() {
        return specification;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The frozen arrays by name. */
    Map<String, NDArray> frozen() {
        return frozen;
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

    private void addEncoder(FilterBank bank) {
        for (Convolution conv : specification.architecture().convolutions(specification.outputStride())) {
            if (isPrefix(conv)) {
                freezeFolded(bank, conv);
                continue;
            }
            frozen.put(conv.name(), Ops.of(manager, bank.tensor(conv.name())));
            addModulator(bank, conv);
            addNorm(bank, conv.norm());
        }
        for (Convolution conv : specification.architecture().shortcuts(specification.outputStride())) {
            if (isPrefix(conv)) {
                freezeFolded(bank, conv);
                continue;
            }
            parameters.train(conv.name() + ".weight", bank.tensor("init." + conv.name() + ".weight"));
            addNorm(bank, conv.norm());
        }
    }

    private boolean isPrefix(Convolution conv) {
        return conv.stage().compareTo(specification.modulatedFrom()) < 0;
    }

    private void freezeFolded(FilterBank bank, Convolution conv) {
        FoldedConvolution folded = BankFolding.pretrained(bank, conv);
        frozen.put(
                conv.name(),
                manager.create(
                        folded.weights().values(),
                        new Shape(folded.weights().shape().extents())));
        frozen.put(conv.name() + ".bias", manager.create(folded.bias()));
    }

    private void addModulator(FilterBank bank, Convolution conv) {
        var initial = BankFolding.modulator(bank, conv.name());
        Tensor modulator = Tensor.of(initial.shape(), initial.values());
        String name = conv.name() + ".modulator";
        if (!specification.fusion()) {
            parameters.train(name, modulator);
            return;
        }
        parameters.train(name + ".v", modulator);
        parameters.train(name + ".g", Modulators.gains(modulator));
    }

    private void addNorm(FilterBank bank, String norm) {
        for (String part : TensorLayout.NORM_PARTS) {
            Tensor initial = bank.tensor("init." + norm + "." + part);
            if (part.startsWith("running")) {
                parameters.keep(norm + "." + part, initial);
            } else {
                parameters.train(norm + "." + part, initial);
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
