package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Block;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorRole;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The network of one task over a frozen bank (ECCV 2020): what lies before {@code modulatedFrom} is the bank's own network,
 * norms folded, and gets no gradient; after it every convolution is adapted as {@link Adaptation} says ({@link Units}).
 *
 * <p>Not thread-safe; owns its arrays until {@link #close()}.
 */
public final class TaskNetwork implements AutoCloseable {
    private final NetworkSpecification specification;
    private final NDManager manager;
    private final FrozenFilters frozen;
    private final TaskParameters parameters;
    private final Units units;
    private final DecoderHead head;

    private TaskNetwork(
            NetworkSpecification specification, NDManager manager, FrozenFilters frozen, TaskParameters parameters) {
        this.specification = specification;
        this.manager = manager;
        this.frozen = frozen;
        this.parameters = parameters;
        this.units = new Units(frozen, parameters, specification.adaptation());
        this.head = new DecoderHead(specification.decoder(), parameters);
    }

    /** A network in single precision that starts where the bank says. */
    public static TaskNetwork begin(NDManager parent, FilterBank bank, NetworkSpecification specification, long seed) {
        return begin(parent, bank, specification, Start.bank(), seed);
    }

    /**
     * A network in single precision.
     *
     * @param seed seed of random initial values
     * @throws IllegalArgumentException if the bank doesn't fit, has not what the start or a prefix needs, or a given value is
     *     missing or has another shape
     */
    public static TaskNetwork begin(
            NDManager parent, FilterBank bank, NetworkSpecification specification, Start start, long seed) {
        return begin(parent, bank, specification, start, seed, DataType.FLOAT32);
    }

    static TaskNetwork begin(
            NDManager parent,
            FilterBank bank,
            NetworkSpecification specification,
            Start start,
            long seed,
            DataType type) {
        checkBank(bank, specification, start);
        return of(parent, bank, specification, InitialValues.of(bank, specification, start, seed), type);
    }

    /** A network that shares the bank's arrays, and the parameters of these names, with {@code this}; close it first. */
    public TaskNetwork sibling(
            FilterBank bank, NetworkSpecification other, Start start, long seed, Predicate<String> shared) {
        checkBank(bank, other, start);
        NDManager own = manager.newSubManager();
        DataType type = parameters.get("decoder.predict.bias").getDataType();
        TaskParameters values = TaskParameters.of(
                own, InitialValues.of(bank, other, start, seed), name -> isTrained(other, name), type);
        boolean sameBank = other.architecture() == specification.architecture()
                && other.modulation() == specification.modulation()
                && other.modulatedFrom() == specification.modulatedFrom();
        return new TaskNetwork(
                other,
                own,
                sameBank ? frozen : FrozenFilters.of(own, bank, other, type),
                values.sharing(parameters, shared));
    }

    /** The network of a finished pack. */
    public static TaskNetwork of(NDManager parent, FilterBank bank, ModulatorPack pack) {
        PackManifest manifest = pack.manifest();
        NetworkSpecification specification = new NetworkSpecification(
                manifest.architecture(),
                manifest.outputStride(),
                Adaptation.of(manifest.modulation()).from(manifest.modulatedFrom()),
                manifest.decoder(),
                manifest.task().outputs());
        Map<String, Tensor> values = new LinkedHashMap<>();
        manifest.layout().keySet().forEach(name -> values.put(name, pack.tensor(name)));
        return of(parent, bank, specification, values, DataType.FLOAT32);
    }

    private static TaskNetwork of(
            NDManager parent,
            FilterBank bank,
            NetworkSpecification specification,
            Map<String, Tensor> values,
            DataType type) {
        NDManager manager = parent.newSubManager();
        return new TaskNetwork(
                specification,
                manager,
                FrozenFilters.of(manager, bank, specification, type),
                TaskParameters.of(manager, values, name -> isTrained(specification, name), type));
    }

    private static void checkBank(FilterBank bank, NetworkSpecification specification, Start start) {
        if (bank.manifest().architecture() != specification.architecture()) {
            throw new IllegalArgumentException("architecture: value=%s, expected=%s as the bank has it [bank=%s]"
                    .formatted(
                            specification.architecture().id(),
                            bank.manifest().architecture().id(),
                            bank.fingerprint()));
        }
        boolean prefix = specification.modulatedFrom() != Stage.CONV1;
        if (!bank.hasInitialValues() && (start instanceof Start.Bank || prefix)) {
            throw new IllegalArgumentException(
                    "bank has nothing to %s: init.*=absent, expected a bank made of a pre-trained network [bank=%s]"
                            .formatted(prefix ? "make a prefix of" : "start from", bank.fingerprint()));
        }
        Decoder decoder = specification.decoder();
        if (start instanceof Start.Values values && values.tensors().containsKey("decoder.predict.weight")) {
            long width = values.tensors().get("decoder.predict.weight").shape().extent(1);
            if (width != decoder.width()) {
                throw new IllegalArgumentException(
                        "decoder width: value=%d, expected=%d as the tensors to start from have it"
                                .formatted(decoder.width(), width));
            }
        }
    }

    private static boolean isTrained(NetworkSpecification specification, String name) {
        return !TensorRole.of(name).isStatistic()
                && !specification.adaptation().frozen().contains(ParameterRole.of(name));
    }

    public NetworkSpecification specification() {
        return specification;
    }

    public TaskParameters parameters() {
        return parameters;
    }

    /**
     * Runs the network.
     *
     * @param images [N, 3, H, W], normalised; {@linkplain Ops#narrow narrow} ones are answered in bfloat16
     * @param training whether norms use the batch's statistics (and update the running ones)
     * @return stride-4 map [N, outputs, ⌈H/4⌉, ⌈W/4⌉]
     */
    public NDArray forward(NDArray images, boolean training) {
        return decode(features(images, training), training);
    }

    /** The outputs of layer1 and layer4, what {@link #decode} takes. */
    public NDList features(NDArray images, boolean training) {
        NDArray x = Ops.relu(units.apply(specification.architecture().stem(), images, training));
        x = Ops.maxPool(x, 3, 2, 1);
        NDArray low = null;
        for (Stage stage : Stage.values()) {
            if (stage == Stage.CONV1) {
                continue;
            }
            for (Block block : specification.architecture().blocks(stage, specification.outputStride())) {
                NDArray y = Ops.relu(units.apply(block.conv1(), x, training));
                y = units.apply(block.conv2(), y, training);
                NDArray shortcut = x;
                if (block.shortcut().isPresent()) {
                    shortcut = units.apply(block.shortcut().get(), x, training);
                }
                x = Ops.relu(y.add(shortcut));
            }
            if (stage == Stage.LAYER1) {
                low = x;
            }
        }
        return new NDList(low, x);
    }

    /** The decoder's answer to features of this network, or of another one with the same encoder. */
    public NDArray decode(NDList features, boolean training) {
        return head.forward(features.get(0), features.get(1), training);
    }

    @Override
    public void close() {
        manager.close();
    }
}
