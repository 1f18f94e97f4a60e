package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackQuantization;
import dev.facet.core.quantization.Activation;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.Activations;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.runtime.engine.ort.ActivationOperators.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The graphs of the int8 plan: a segment of the prefix, a pack's own part on its features, and the same network in fp32 that
 * shows its activations. Features are uint8 [N, height, width, C].
 */
final class QuantizedGraph {
    private static final Object[] MAP = {"batch", "outputs", "output_height", "output_width"};

    private QuantizedGraph() {}

    /** A segment of the bank's own network, from the image or the map before it to the map at its end. */
    static NetworkGraph.Built segment(FilterBank bank, BankCalibration calibration, PrefixSegment segment) {
        GraphBuilder graph = new GraphBuilder("facet-int8-prefix");
        QuantizedOperators operators = new QuantizedOperators(graph, calibration.scales());
        QuantizedNetwork network = new QuantizedNetwork(graph, operators, Set.of());
        Function<Convolution, FoldedConvolution> layers = conv -> BankFolding.pretrained(bank, conv);
        Architecture architecture = segment.architecture();
        Value x = null;
        if (segment.from() != Stage.CONV1) {
            String activation = last(architecture, before(segment.from()));
            x = operators.input(PrefixGraph.INPUT, activation, segment.inputChannels());
        }
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(segment.from()) >= 0 && stage.compareTo(segment.to()) < 0) {
                x = stage == Stage.CONV1
                        ? stem(graph, network, PrefixGraph.INPUT, architecture, layers)
                        : network.stage(x, architecture.blocks(stage, segment.outputStride()), layers);
            }
        }
        operators.output(x, PrefixGraph.FEATURES, Architecture.channels(before(segment.to())));
        return new NetworkGraph.Built(graph.build(Map.of()), operators.weightBytes());
    }

    private static Value stem(
            GraphBuilder graph,
            QuantizedNetwork network,
            String input,
            Architecture architecture,
            Function<Convolution, FoldedConvolution> layers) {
        String image = graph.input(input, "batch", 3, "height", "width");
        return network.stem(image, architecture.stem(), layers.apply(architecture.stem()));
    }

    private static Stage before(Stage stage) {
        return Stage.values()[stage.ordinal() - 1];
    }

    /** The activation at the end of a stage. */
    private static String last(Architecture architecture, Stage stage) {
        if (stage == Stage.CONV1) {
            return Activations.STEM;
        }
        List<Block> blocks = architecture.blocks(stage, 16);
        return blocks.get(blocks.size() - 1).name();
    }

    /**
     * A pack's own part, from the end of its prefix to the stride-4 map.
     *
     * @param calibration of the prefix; not looked at for a pack without one
     * @param operands of {@code PackFolding.merged}
     */
    static NetworkGraph.Built pack(
            ModulatorPack pack, Map<String, ActivationScale> calibration, Map<String, Weights> operands) {
        PackManifest manifest = pack.manifest();
        Map<String, ActivationScale> scales = new HashMap<>(calibration);
        scales.putAll(pack.scales());
        GraphBuilder graph = new GraphBuilder("facet-int8");
        QuantizedOperators operators = new QuantizedOperators(graph, scales);
        Set<String> fp32 = manifest.quantization()
                .map(PackQuantization::fp32)
                .<Set<String>>map(HashSet::new)
                .orElse(Set.of());
        QuantizedNetwork network = new QuantizedNetwork(graph, operators, fp32);
        Architecture architecture = manifest.architecture();
        Function<Convolution, FoldedConvolution> layers = conv -> own(operands, conv);
        Stage first = manifest.modulatedFrom();
        Value x = first == Stage.CONV1
                ? stem(graph, network, NetworkGraph.IMAGE, architecture, layers)
                : operators.input(
                        PrefixGraph.FEATURES, last(architecture, before(first)), Architecture.channels(before(first)));
        Value low = first == Stage.LAYER2 ? x : null;
        if (first.compareTo(Stage.LAYER2) > 0) {
            int channels = Architecture.channels(Stage.LAYER1);
            low = operators.input(PrefixGraph.LOW, last(architecture, Stage.LAYER1), channels);
        }
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1 && stage.compareTo(first) >= 0) {
                x = network.stage(x, architecture.blocks(stage, manifest.outputStride()), layers);
                low = stage == Stage.LAYER1 ? x : low;
            }
        }
        finish(graph, network.decoder(x, low, manifest.decoder(), operands));
        return new NetworkGraph.Built(graph.build(Map.of()), operators.weightBytes());
    }

    private static FoldedConvolution own(Map<String, Weights> operands, Convolution conv) {
        return new FoldedConvolution(
                operands.get(conv.name() + ".weight"),
                operands.get(conv.name() + ".bias").values());
    }

    private static void finish(GraphBuilder graph, String map) {
        graph.named("Identity", List.of(map), NetworkGraph.OUTPUT);
        graph.output(NetworkGraph.OUTPUT, MAP);
    }

    /**
     * A graph that shows activations.
     *
     * @param model image → activations
     * @param activations by name of the output
     */
    record Observed(byte[] model, Map<String, String> activations) {}

    /** The bank's own network up to layer3, in fp32. */
    static Observed observedPrefix(FilterBank bank, int outputStride) {
        Architecture architecture = bank.manifest().architecture();
        List<Activation> activations = Activations.ofPrefix(architecture);
        GraphBuilder graph = new GraphBuilder("facet-observed");
        ObservedOperators operators = new ObservedOperators(graph, activations, activations);
        encoder(graph, operators, architecture, outputStride, Stage.LAYER4, conv -> BankFolding.pretrained(bank, conv));
        return new Observed(graph.build(Map.of()), operators.outputs());
    }

    /** A pack's whole network in fp32, which shows the activations of the pack's own part. */
    static Observed observedPack(FilterBank bank, PackManifest manifest, Map<String, Weights> operands) {
        Architecture architecture = manifest.architecture();
        GraphBuilder graph = new GraphBuilder("facet-observed");
        ObservedOperators operators = new ObservedOperators(
                graph, Activations.ofPack(architecture, Stage.CONV1, manifest.decoder()), manifest.activations());
        Function<Convolution, FoldedConvolution> layers = conv -> conv.stage().compareTo(manifest.modulatedFrom()) < 0
                ? BankFolding.pretrained(bank, conv)
                : own(operands, conv);
        Encoded encoded = encoder(graph, operators, architecture, manifest.outputStride(), null, layers);
        encoded.network().decoder(encoded.map(), encoded.low(), manifest.decoder(), operands);
        return new Observed(graph.build(Map.of()), operators.outputs());
    }

    private record Encoded(QuantizedNetwork network, Value map, Value low) {}

    /** @param end first stage that isn't in it, or null for all */
    private static Encoded encoder(
            GraphBuilder graph,
            ObservedOperators operators,
            Architecture architecture,
            int outputStride,
            Stage end,
            Function<Convolution, FoldedConvolution> layers) {
        QuantizedNetwork network = new QuantizedNetwork(graph, operators, Set.of());
        Value x = stem(graph, network, NetworkGraph.IMAGE, architecture, layers);
        Value low = null;
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1 && (end == null || stage.compareTo(end) < 0)) {
                x = network.stage(x, architecture.blocks(stage, outputStride), layers);
                low = stage == Stage.LAYER1 ? x : low;
            }
        }
        return new Encoded(network, x, low);
    }
}
