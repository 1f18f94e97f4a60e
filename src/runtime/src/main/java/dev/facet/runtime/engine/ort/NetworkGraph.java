package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The graph of a pack: its own stages and the decoder, from the end of its prefix to the stride-4 map.
 *
 * <p>Factored: the bank is constant, the operands of {@code PackFolding.factored} are inputs. Merged: the operands of {@code
 * PackFolding.merged} are constants.
 */
public final class NetworkGraph extends StageGraph {
    /** Name of the input. */
    public static final String IMAGE = "image";

    static final String OUTPUT = "output";

    private final Signature signature;
    private final boolean merged;
    private final Map<String, Weights> constants;

    private NetworkGraph(FilterBank bank, Signature signature, boolean merged, Map<String, Weights> constants) {
        super(bank, new GraphBuilder("facet"));
        this.signature = signature;
        this.merged = merged;
        this.constants = constants;
    }

    /**
     * A built graph.
     *
     * @param model ONNX bytes
     * @param bankBytes bytes of the bank that it holds as constants
     */
    record Built(byte[] model, long bankBytes) {}

    /** The graph that all packs of a signature share. */
    static Built factored(FilterBank bank, Signature signature) {
        return new NetworkGraph(bank, signature, false, Map.of()).onFeatures();
    }

    /** The graph of one pack. */
    static Built merged(FilterBank bank, Signature signature, Map<String, Weights> operands) {
        return new NetworkGraph(bank, signature, true, operands).onFeatures();
    }

    private Built onFeatures() {
        Stage first = signature.modulatedFrom();
        String map;
        if (first == Stage.CONV1) {
            map = ownPart(image(), null);
        } else {
            int channels = Architecture.channels(Stage.values()[first.ordinal() - 1]);
            String features = graph.input(PrefixGraph.FEATURES, "batch", channels, "map_height", "map_width");
            map = ownPart(features, lowLevelInput(features));
        }
        graph.named("Identity", List.of(map), OUTPUT);
        graph.output(OUTPUT, "batch", "outputs", "output_height", "output_width");
        return new Built(graph.build(Map.of()), bankBytes());
    }

    /** Layer1's map, where the prefix gives it; null where the pack has that stage. */
    private String lowLevelInput(String features) {
        int channels = Architecture.channels(Stage.LAYER1);
        return switch (signature.modulatedFrom()) {
            case CONV1, LAYER1 -> null;
            case LAYER2 -> features;
            case LAYER3, LAYER4 -> graph.input(PrefixGraph.LOW, "batch", channels, "low_height", "low_width");
        };
    }

    /**
     * The graph of one pack that answers what the reference's forward gives: resized to the image's size, and of unit length
     * where {@code unitLength}.
     */
    public static byte[] forward(
            FilterBank bank,
            Signature signature,
            Map<String, Weights> operands,
            boolean unitLength,
            Map<String, String> metadata) {
        NetworkGraph network = new NetworkGraph(bank, signature, true, operands);
        GraphBuilder graph = network.graph;
        String image = network.image();
        String answer = graph.resize(network.wholeNetwork(image), graph.spatialShape(image));
        if (unitLength) {
            String squares = graph.multiply(answer, answer);
            String axes = graph.constant("channel_axis", 1);
            String sum = graph.node("ReduceSum", List.of(squares, axes), GraphBuilder.integer("keepdims", 1));
            String floor = graph.constant("smallest_length", new Shape(), new float[] {1e-12f});
            String length = graph.node("Max", List.of(graph.node("Sqrt", List.of(sum)), floor));
            answer = graph.node("Div", List.of(answer, length));
        }
        graph.named("Identity", List.of(answer), OUTPUT);
        graph.output(OUTPUT, "batch", operands.get("decoder.predict.bias").rows(), "height", "width");
        return graph.build(metadata);
    }

    private String image() {
        return graph.input(IMAGE, "batch", 3, "height", "width");
    }

    private String wholeNetwork(String image) {
        PrefixGraph prefix = new PrefixGraph(bank, graph);
        String x = image;
        String low = null;
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(signature.modulatedFrom()) < 0) {
                x = prefix.stage(x, signature.architecture(), stage, signature.outputStride());
                low = stage == Stage.LAYER1 ? x : low;
            }
        }
        return ownPart(x, low);
    }

    /** The pack's stages and the decoder. */
    private String ownPart(String features, String lowLevelMap) {
        String x = features;
        String low = lowLevelMap;
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(signature.modulatedFrom()) >= 0) {
                x = stage(x, signature.architecture(), stage, signature.outputStride());
                low = stage == Stage.LAYER1 ? x : low;
            }
        }
        return decoder(x, low);
    }

    @Override
    String convolution(String x, Convolution conv) {
        String name = conv.name();
        int out = conv.outChannels();
        int in = conv.inChannels();
        if (merged || signature.modulation() == Modulation.NONE) {
            return convolve(
                    x,
                    conv,
                    operand(name + ".weight", out, in, conv.kernel(), conv.kernel()),
                    operand(name + ".bias", out));
        }
        switch (signature.modulation()) {
            case RC, RA_SERIES -> {
                String response = convolve(x, conv, bankConstant(name, Weights.of(bank.tensor(name))), null);
                int rank = bank.rank(name);
                return graph.convolution(
                        response,
                        operand(name + ".modulator", out, rank, 1, 1),
                        operand(name + ".bias", out),
                        1,
                        1,
                        1,
                        0,
                        1);
            }
            case RA_PARALLEL -> {
                String adapted = graph.convolution(
                        x,
                        operand(name + ".adapter", out, in, 1, 1),
                        operand(name + ".bias", out),
                        1,
                        conv.stride(),
                        1,
                        0,
                        1);
                return graph.add(graph.multiply(frozen(x, conv), operand(name + ".scale", out, 1, 1)), adapted);
            }
            case NORM -> {
                return graph.add(
                        graph.multiply(frozen(x, conv), operand(name + ".scale", out, 1, 1)),
                        operand(name + ".bias", out, 1, 1));
            }
            default -> throw new IllegalStateException("modulation has no graph: " + signature.modulation() + " (bug)");
        }
    }

    private String frozen(String x, Convolution conv) {
        return convolve(x, conv, bankConstant(conv.name(), BankFolding.frozen(bank, conv.name())), null);
    }

    @Override
    String shortcut(String x, Convolution conv) {
        String name = conv.name();
        int out = conv.outChannels();
        if (!merged && signature.modulation() == Modulation.NORM) {
            String weight = bankConstant(name, Weights.of(bank.tensor("init." + name + ".weight")));
            return graph.add(
                    graph.multiply(convolve(x, conv, weight, null), operand(name + ".scale", out, 1, 1)),
                    operand(name + ".bias", out, 1, 1));
        }
        return convolve(x, conv, operand(name + ".weight", out, conv.inChannels(), 1, 1), operand(name + ".bias", out));
    }

    /** DeepLabv3+ (Chen et al., ECCV 2018), as the method's reference has it. */
    private String decoder(String x, String low) {
        Decoder decoder = signature.decoder();
        int channels = Architecture.channels(Stage.LAYER4);
        int width = decoder.width();
        List<String> branches = new ArrayList<>();
        branches.add(unit("decoder.aspp.0", x, channels, width, 1, 1));
        for (int branch = 1; branch <= 3; branch++) {
            branches.add(unit(
                    "decoder.aspp." + branch,
                    x,
                    channels,
                    width,
                    3,
                    decoder.rates().get(branch - 1)));
        }
        String pooled = unit("decoder.aspp.4", graph.globalAverage(x), channels, width, 1, 1);
        branches.add(graph.spread(pooled, graph.spatialShape(x)));
        String projected = unit("decoder.project", graph.concatenate(1, branches), 5 * width, width, 1, 1);
        int lowChannels = Architecture.channels(Stage.LAYER1);
        String reduced = unit("decoder.low", low, lowChannels, decoder.lowLevelWidth(), 1, 1);
        String enlarged = graph.resize(projected, graph.spatialShape(reduced));
        String fused = graph.concatenate(1, List.of(enlarged, reduced));
        fused = unit("decoder.fuse.0", fused, width + decoder.lowLevelWidth(), width, 3, 1);
        fused = unit("decoder.fuse.1", fused, width, width, 3, 1);
        return graph.convolution(
                fused,
                operand("decoder.predict.weight", "outputs", width, 1, 1),
                operand("decoder.predict.bias", "outputs"),
                1,
                1,
                1,
                0,
                1);
    }

    private String unit(String name, String x, int in, int out, int kernel, int rate) {
        String bias = name + ".bias";
        if (kernel == 3 && signature.decoder().kind() == Decoder.Kind.SEPARABLE) {
            String depth =
                    graph.convolution(x, operand(name + ".depthwise.weight", in, 1, 3, 3), null, 3, 1, rate, rate, in);
            return graph.relu(graph.convolution(
                    depth, operand(name + ".pointwise.weight", out, in, 1, 1), operand(bias, out), 1, 1, 1, 0, 1));
        }
        return graph.relu(graph.convolution(
                x,
                operand(name + ".conv.weight", out, in, kernel, kernel),
                operand(bias, out),
                kernel,
                1,
                rate,
                kernel == 3 ? rate : 0,
                1));
    }

    /** A tensor of the pack: a constant of the merged graph, an input of the factored one. */
    private String operand(String name, Object... extents) {
        if (!merged) {
            return graph.input(name, extents);
        }
        Weights weights = constants.get(name);
        if (weights == null) {
            throw new IllegalStateException("no operand of that name: '%s' (bug)".formatted(name));
        }
        return graph.constant(name, weights.shape(), weights.values());
    }
}
