package dev.facet.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.network.NetworkSpecification;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The same network out of DJL's own blocks: every convolution k×k then 1×1, batch norm, the decoder. All of it is trained, the k×k
 * filters too, since blocks are trained unless one takes care.
 */
final class PlainNetwork extends AbstractBlock {
    private static final int BILINEAR = 2;

    private final NetworkSpecification specification;
    private final Decoder decoder;
    private final Map<String, Block> blocks = new LinkedHashMap<>();

    PlainNetwork(NetworkSpecification specification) {
        this.specification = specification;
        this.decoder = specification.decoder();
        int stride = specification.outputStride();
        for (Convolution conv : specification.architecture().convolutions(stride)) {
            add(conv.name(), convolution(conv));
            add(conv.name() + ".modulator", convolution(conv.outChannels(), 1, 1, 0, 1, 1, false));
            add(conv.norm(), BatchNorm.builder().build());
        }
        for (Convolution conv : specification.architecture().shortcuts(stride)) {
            add(conv.name(), convolution(conv));
            add(conv.norm(), BatchNorm.builder().build());
        }
        addUnit("aspp.0", 512, 1, 1);
        for (int branch = 1; branch <= 3; branch++) {
            addUnit("aspp." + branch, 512, 3, decoder.rates().get(branch - 1));
        }
        addUnit("aspp.4", 512, 1, 1);
        addUnit("project", 5 * decoder.width(), 1, 1);
        add("low", convolution(decoder.lowLevelWidth(), 1, 1, 0, 1, 1, false));
        add("low.norm", BatchNorm.builder().build());
        addUnit("fuse.0", decoder.width() + decoder.lowLevelWidth(), 3, 1);
        addUnit("fuse.1", decoder.width(), 3, 1);
        add("predict", convolution(specification.outputs(), 1, 1, 0, 1, 1, true));
    }

    private void add(String name, Block block) {
        blocks.put(name, addChildBlock(name, block));
    }

    private void addUnit(String name, int inChannels, int kernel, int rate) {
        int padding = kernel == 3 ? rate : 0;
        if (kernel == 3 && decoder.kind() == Decoder.Kind.SEPARABLE) {
            add(name + ".depthwise", convolution(inChannels, 3, 1, padding, rate, inChannels, false));
            add(name, convolution(decoder.width(), 1, 1, 0, 1, 1, false));
        } else {
            add(name, convolution(decoder.width(), kernel, 1, padding, rate, 1, false));
        }
        add(name + ".norm", BatchNorm.builder().build());
    }

    private static Block convolution(Convolution conv) {
        return convolution(conv.outChannels(), conv.kernel(), conv.stride(), conv.padding(), conv.dilation(), 1, false);
    }

    private static Block convolution(
            int filters, int kernel, int stride, int padding, int dilation, int groups, boolean bias) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(filters)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(padding, padding))
                .optDilation(new Shape(dilation, dilation))
                .optGroups(groups)
                .optBias(bias)
                .build();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        Run run = new Run(store, training);
        NDArray images = inputs.singletonOrThrow();
        Architecture architecture = specification.architecture();
        NDArray x = Activation.relu(run.modulated(architecture.stem(), images));
        x = Ops.maxPool(x, 3, 2, 1);
        NDArray low = null;
        for (Stage stage : Stage.values()) {
            if (stage == Stage.CONV1) {
                continue;
            }
            for (var block : architecture.blocks(stage, specification.outputStride())) {
                NDArray y = Activation.relu(run.modulated(block.conv1(), x));
                y = run.modulated(block.conv2(), y);
                NDArray shortcut = x;
                if (block.shortcut().isPresent()) {
                    Convolution conv = block.shortcut().get();
                    shortcut = run.apply(conv.norm(), run.apply(conv.name(), x));
                }
                x = Activation.relu(y.add(shortcut));
            }
            low = stage == Stage.LAYER1 ? x : low;
        }
        return new NDList(decode(run, low, x, images.getShape()));
    }

    private NDArray decode(Run run, NDArray low, NDArray deep, Shape input) {
        Shape size = deep.getShape();
        NDList branches = new NDList();
        for (int branch = 0; branch <= 3; branch++) {
            branches.add(run.unit("aspp." + branch, deep));
        }
        NDArray pooled = run.unit("aspp.4", Ops.globalMean(deep));
        branches.add(pooled.broadcast(size.get(0), decoder.width(), size.get(2), size.get(3)));
        NDArray context = run.unit("project", NDArrays.concat(branches, 1));
        context = enlarge(context, low.getShape());
        NDArray detail = Activation.relu(run.apply("low.norm", run.apply("low", low)));
        NDArray fused = run.unit("fuse.0", NDArrays.concat(new NDList(context, detail), 1));
        NDArray logits = run.apply("predict", run.unit("fuse.1", fused));
        return enlarge(logits, input);
    }

    /** DJL has no block that resizes maps; this is what its engine offers. */
    private static NDArray enlarge(NDArray map, Shape size) {
        return JniUtils.interpolate((PtNDArray) map, new long[] {size.get(2), size.get(3)}, BILINEAR, false);
    }

    /** One pass. */
    private final class Run {
        private final ParameterStore store;
        private final boolean training;

        Run(ParameterStore store, boolean training) {
            this.store = store;
            this.training = training;
        }

        NDArray apply(String name, NDArray x) {
            return blocks.get(name).forward(store, new NDList(x), training).singletonOrThrow();
        }

        NDArray modulated(Convolution conv, NDArray x) {
            return apply(conv.norm(), apply(conv.name() + ".modulator", apply(conv.name(), x)));
        }

        NDArray unit(String name, NDArray x) {
            NDArray y = blocks.containsKey(name + ".depthwise") ? apply(name + ".depthwise", x) : x;
            return Activation.relu(apply(name + ".norm", apply(name, y)));
        }
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        NetworkSpecification s = specification;
        for (Convolution conv : s.architecture().convolutions()) {
            initialize(manager, type, conv.name(), conv.inChannels());
            initialize(manager, type, conv.name() + ".modulator", conv.outChannels());
            initialize(manager, type, conv.norm(), conv.outChannels());
        }
        for (Convolution conv : s.architecture().shortcuts()) {
            initialize(manager, type, conv.name(), conv.inChannels());
            initialize(manager, type, conv.norm(), conv.outChannels());
        }
        for (int branch = 0; branch <= 4; branch++) {
            initializeUnit(manager, type, "aspp." + branch, 512);
        }
        initializeUnit(manager, type, "project", 5 * decoder.width());
        initialize(manager, type, "low", 64);
        initialize(manager, type, "low.norm", decoder.lowLevelWidth());
        initializeUnit(manager, type, "fuse.0", decoder.width() + decoder.lowLevelWidth());
        initializeUnit(manager, type, "fuse.1", decoder.width());
        initialize(manager, type, "predict", decoder.width());
    }

    private void initializeUnit(NDManager manager, DataType type, String name, int inChannels) {
        if (blocks.containsKey(name + ".depthwise")) {
            initialize(manager, type, name + ".depthwise", inChannels);
        }
        initialize(manager, type, name, inChannels);
        initialize(manager, type, name + ".norm", decoder.width());
    }

    private void initialize(NDManager manager, DataType type, String name, int channels) {
        // Extents are only looked at for their channels.
        blocks.get(name).initialize(manager, type, new Shape(2, channels, 64, 64));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape input = inputShapes[0];
        return new Shape[] {new Shape(input.get(0), specification.outputs(), input.get(2), input.get(3))};
    }
}
