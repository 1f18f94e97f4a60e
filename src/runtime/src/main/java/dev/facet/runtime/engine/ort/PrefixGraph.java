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

/** The graph of a prefix' stages: the bank's own network, norms folded. */
final class PrefixGraph extends StageGraph {
    /** A segment's input: the image, or the map at the end of the segment before. */
    static final String INPUT = "input";

    /** The map at a prefix' end. */
    static final String FEATURES = "features";

    /** Layer1's map, for the decoder. */
    static final String LOW = "low";

    PrefixGraph(FilterBank bank, GraphBuilder graph) {
        super(bank, graph);
    }

    /** The graph of a segment, from the image or the map before it to the map at its end. */
    static NetworkGraph.Built segment(FilterBank bank, PrefixSegment segment) {
        GraphBuilder graph = new GraphBuilder("facet-prefix");
        PrefixGraph stages = new PrefixGraph(bank, graph);
        String x = graph.input(INPUT, "batch", segment.inputChannels(), "height", "width");
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(segment.from()) >= 0 && stage.compareTo(segment.to()) < 0) {
                x = stages.stage(x, segment.architecture(), stage, segment.outputStride());
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
