package dev.facet.core.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The encoders that Facet knows: ResNets of basic blocks, as torchvision names them.
 *
 * <p>Geometry depends on the output stride: 32 is the plain classifier, 16 dilates layer4 by 2, 8 dilates layer3 by 2
 * and layer4 by 4 (both convolutions of every block). Tensor shapes don't depend on it.
 */
public enum Architecture {
    RESNET18("resnet18", 2, 2, 2, 2),
    RESNET34("resnet34", 3, 4, 6, 3);

    /** The output strides that a network may have. */
    public static final Set<Integer> OUTPUT_STRIDES = Set.of(8, 16, 32);

    private static final int[] CHANNELS = {64, 64, 128, 256, 512};
    /** The output stride of the classifier. */
    private static final int PLAIN_STRIDE = 32;

    private final String id;
    private final int[] blocks;

    Architecture(String id, int... blocks) {
        this.id = id;
        this.blocks = blocks;
    }

    /** The name in files. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The architecture of that name; {@link IllegalArgumentException} for any other. */
    public static Architecture of(String id) {
        for (Architecture architecture : values()) {
            if (architecture.id.equals(id)) {
                return architecture;
            }
        }
        throw new IllegalArgumentException(
                "unknown architecture: value='%s', expected=resnet18|resnet34".formatted(id));
    }

    /** Channels that leave a stage. */
    public static int channels(Stage stage) {
        return CHANNELS[stage.ordinal()];
    }

    /** The 7×7 stem. */
    public Convolution stem() {
        return new Convolution("conv1", "bn1", Stage.CONV1, 3, 64, 7, 2, 1, 3);
    }

    /**
     * The basic blocks of one stage.
     *
     * @param stage layer1 … layer4
     * @param outputStride 8, 16 or 32
     */
    public List<Block> blocks(Stage stage, int outputStride) {
        if (stage == Stage.CONV1) {
            throw new IllegalArgumentException("conv1 has no blocks: stage=" + stage);
        }
        checkOutputStride(outputStride);
        int layer = stage.ordinal();
        int stride = layer == 1 ? 1 : 2;
        int dilation = 1;
        if (layer == 4 && outputStride <= 16) {
            stride = 1;
            dilation = outputStride == 16 ? 2 : 4;
        }
        if (layer == 3 && outputStride == 8) {
            stride = 1;
            dilation = 2;
        }
        List<Block> result = new ArrayList<>();
        for (int block = 0; block < blocks[layer - 1]; block++) {
            String name = stage.id() + "." + block;
            boolean first = block == 0;
            int out = CHANNELS[layer];
            int in = first ? CHANNELS[layer - 1] : out;
            int blockStride = first ? stride : 1;
            Optional<Convolution> shortcut = first && layer > 1
                    ? Optional.of(new Convolution(
                            name + ".downsample.0", name + ".downsample.1", stage, in, out, 1, blockStride, 1, 0))
                    : Optional.empty();
            result.add(new Block(
                    name,
                    stage,
                    new Convolution(name + ".conv1", name + ".bn1", stage, in, out, 3, blockStride, dilation, dilation),
                    new Convolution(name + ".conv2", name + ".bn2", stage, out, out, 3, 1, dilation, dilation),
                    shortcut));
        }
        return List.copyOf(result);
    }

    /**
     * The k×k convolutions (those of the filter bank), stem first, in the order of execution. For their names and shapes, which the
     * output stride doesn't change; strides and dilations are those of 32.
     */
    public List<Convolution> convolutions() {
        return convolutions(PLAIN_STRIDE);
    }

    /** The k×k convolutions with the strides and dilations of an output stride. */
    public List<Convolution> convolutions(int outputStride) {
        List<Convolution> result = new ArrayList<>();
        result.add(stem());
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1) {
                for (Block block : blocks(stage, outputStride)) {
                    result.add(block.conv1());
                    result.add(block.conv2());
                }
            }
        }
        return List.copyOf(result);
    }

    /**
     * The 1×1 shortcut convolutions, in the order of execution. For their names and shapes, which the output stride doesn't change;
     * strides are those of 32.
     */
    public List<Convolution> shortcuts() {
        return shortcuts(PLAIN_STRIDE);
    }

    /** The {@link #convolutions()}, then the {@link #shortcuts()}. */
    public List<Convolution> convolutionsAndShortcuts() {
        List<Convolution> result = new ArrayList<>(convolutions());
        result.addAll(shortcuts());
        return List.copyOf(result);
    }

    /** The 1×1 shortcut convolutions with the strides of an output stride. */
    public List<Convolution> shortcuts(int outputStride) {
        List<Convolution> result = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1) {
                blocks(stage, outputStride).forEach(block -> block.shortcut().ifPresent(result::add));
            }
        }
        return List.copyOf(result);
    }

    private static void checkOutputStride(int outputStride) {
        if (!OUTPUT_STRIDES.contains(outputStride)) {
            throw new IllegalArgumentException("output stride: value=%d, expected=8|16|32".formatted(outputStride));
        }
    }
}
