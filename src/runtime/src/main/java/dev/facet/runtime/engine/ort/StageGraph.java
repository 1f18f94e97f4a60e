package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Stage;

/** A graph of encoder stages; what a convolution is, and a shortcut, is the subclass'. */
abstract class StageGraph {
    protected final FilterBank bank;
    protected final GraphBuilder graph;
    private long bankBytes;

    StageGraph(FilterBank bank, GraphBuilder graph) {
        this.bank = bank;
        this.graph = graph;
    }

    /** A k×k convolution with what belongs to it, before the activation. */
    abstract String convolution(String x, Convolution conv);

    /** A 1×1 shortcut with what belongs to it. */
    abstract String shortcut(String x, Convolution conv);

    /** Adds a stage; the stem's is followed by its pooling. */
    final String stage(String x, Architecture architecture, Stage stage, int outputStride) {
        if (stage == Stage.CONV1) {
            return graph.maxPool(graph.relu(convolution(x, architecture.stem())));
        }
        String map = x;
        for (Block block : architecture.blocks(stage, outputStride)) {
            map = block(map, block);
        }
        return map;
    }

    private String block(String x, Block block) {
        String inner = graph.relu(convolution(x, block.conv1()));
        String outer = convolution(inner, block.conv2());
        String shortcut = block.shortcut().map(conv -> shortcut(x, conv)).orElse(x);
        return graph.relu(graph.add(outer, shortcut));
    }

    final String convolve(String x, Convolution conv, String weight, String bias) {
        return graph.convolution(x, weight, bias, conv.kernel(), conv.stride(), conv.dilation(), conv.padding(), 1);
    }

    final String bankConstant(String name, Weights weights) {
        bankBytes += (long) weights.values().length * Float.BYTES;
        return graph.constant(name, weights.shape(), weights.values());
    }

    /** Bytes of the bank that are constants so far. */
    final long bankBytes() {
        return bankBytes;
    }
}
