package dev.facet.core.quantization;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import java.util.ArrayList;
import java.util.List;

/** The activations of the int8 network: the one place that knows their names. docs/format.md prints them. */
public final class Activations {
    /** What leaves the stem: behind ReLU and the pooling. */
    public static final String STEM = "conv1";

    /** What the five branches of the pyramid give: side by side they are one map. */
    public static final String ASPP = "decoder.aspp";

    /** The projection, enlarged, and the low-level map: side by side they are one map. */
    public static final String FUSED = "decoder.fuse";

    /** Units of the decoder in 8 bits; the pooled branch stays in fp32. */
    private static final List<String> UNITS = List.of(
            "decoder.aspp.0",
            "decoder.aspp.1",
            "decoder.aspp.2",
            "decoder.aspp.3",
            "decoder.project",
            "decoder.low",
            "decoder.fuse.0",
            "decoder.fuse.1");

    private static final List<String> POINTWISE = List.of("decoder.aspp.0", "decoder.project", "decoder.low");

    private static final int ANY_STRIDE = 16;

    private Activations() {}

    /** Those of the longest prefix, up to layer3, in the order of execution. */
    public static List<Activation> ofPrefix(Architecture architecture) {
        List<Activation> result = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            if (stage != Stage.LAYER4) {
                addStage(result, architecture, stage);
            }
        }
        return List.copyOf(result);
    }

    /** Those of a pack's own part, from its first stage on, in the order of execution. */
    public static List<Activation> ofPack(Architecture architecture, Stage from, Decoder decoder) {
        List<Activation> result = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(from) >= 0) {
                addStage(result, architecture, stage);
            }
        }
        addDecoder(result, decoder);
        return List.copyOf(result);
    }

    /** The convolutions of a pack's own part that run in 8 bits unless it says otherwise, in the order of execution. */
    public static List<String> quantizedLayers(Architecture architecture, Stage from, Decoder decoder) {
        List<String> result = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1 && stage.compareTo(from) >= 0) {
                for (Block block : architecture.blocks(stage, ANY_STRIDE)) {
                    result.add(block.conv1().name());
                    result.add(block.conv2().name());
                    block.shortcut().ifPresent(conv -> result.add(conv.name()));
                }
            }
        }
        boolean separable = decoder.kind() == Decoder.Kind.SEPARABLE;
        for (String unit : UNITS) {
            if (separable && !POINTWISE.contains(unit)) {
                result.add(depthwise(unit));
            }
            result.add(unit);
        }
        return List.copyOf(result);
    }

    private static void addStage(List<Activation> result, Architecture architecture, Stage stage) {
        if (stage == Stage.CONV1) {
            result.add(new Activation(STEM, true));
            return;
        }
        for (Block block : architecture.blocks(stage, ANY_STRIDE)) {
            result.add(new Activation(block.conv1().name(), true));
            result.add(new Activation(block.conv2().name(), false));
            block.shortcut().ifPresent(conv -> result.add(new Activation(conv.name(), false)));
            result.add(new Activation(block.name(), true));
        }
    }

    private static void addDecoder(List<Activation> result, Decoder decoder) {
        boolean separable = decoder.kind() == Decoder.Kind.SEPARABLE;
        for (int branch = 1; separable && branch <= 3; branch++) {
            result.add(new Activation(depthwise("decoder.aspp." + branch), false));
        }
        result.add(new Activation(ASPP, true));
        result.add(new Activation(FUSED, true));
        for (String unit : List.of("decoder.fuse.0", "decoder.fuse.1")) {
            if (separable) {
                result.add(new Activation(depthwise(unit), false));
            }
            result.add(new Activation(unit, true));
        }
    }

    /** The activation between the depthwise and the pointwise convolution of a unit. */
    public static String depthwise(String unit) {
        return unit + ".depthwise";
    }
}
