package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Shape;
import java.util.List;
import java.util.Map;

/** The graph of a prefix, or of what lies between the ends of two: the bank's own network, norms folded. */
final class PrefixGraph extends StageGraph {
    /** The map at a prefix' end. */
    static final String FEATURES = "features";

    /** Layer1's map, for the decoder. */
    static final String LOW = "low";

    PrefixGraph(FilterBank bank, GraphBuilder graph) {
        super(bank, graph);
    }

    /** The graph of a segment: input the image or the features before it, outputs the features and, where it has them, {@link #LOW}. */
    static NetworkGraph.Built segment(FilterBank bank, PrefixSegment segment) {
        GraphBuilder graph = new GraphBuilder("facet-prefix");
        PrefixGraph stages = new PrefixGraph(bank, graph);
        String x = segment.from() == Stage.CONV1
                ? graph.input(NetworkGraph.IMAGE, "batch", 3, "height", "width")
                : graph.input("map", "batch", segment.inputChannels(), "height", "width");
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(segment.from()) >= 0 && stage.compareTo(segment.to()) < 0) {
                x = stages.stage(x, segment.architecture(), stage, segment.outputStride());
                if (stage == Stage.LAYER1 && segment.givesLowLevelMap()) {
                    graph.named("Identity", List.of(x), LOW);
                    graph.output(LOW, "batch", "low_channels", "low_height", "low_width");
                }
            }
        }
        graph.named("Identity", List.of(x), FEATURES);
        graph.output(FEATURES, "batch", "channels", "map_height", "map_width");
        return new NetworkGraph.Built(graph.build(Map.of()), stages.bankBytes());
    }

    @Override
    String convolution(String x, Convolution conv) {
        FoldedConvolution folded = BankFolding.pretrained(bank, conv);
        return convolve(
                x,
                conv,
                bankConstant(conv.name() + ".prefix", folded.weights()),
                bankConstant(
                        conv.name() + ".prefix_bias", new Weights(new Shape(folded.bias().length), folded.bias())));
    }

    @Override
    String shortcut(String x, Convolution conv) {
        return convolution(x, conv);
    }
}
