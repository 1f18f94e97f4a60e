package dev.facet.runtime.engine.ort.response;

import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.ort.GraphBuilder;
import dev.facet.runtime.engine.ort.NetworkGraph;
import java.util.Map;

/** The graph of a plain classifier's encoder: output stride 32, inference mode, one image; its outputs are up to a hook. */
final class PlainGraph {
    /** Is told of every response, before its norm. */
    @FunctionalInterface
    interface Hook {
        void response(GraphBuilder graph, Convolution convolution, String input, String response);
    }

    private final Architecture architecture;
    private final Map<String, PlainLayer> layers;
    private final Hook hook;
    private final GraphBuilder graph = new GraphBuilder("responses");

    PlainGraph(Architecture architecture, Map<String, PlainLayer> layers, Hook hook) {
        this.architecture = architecture;
        this.layers = layers;
        this.hook = hook;
    }

    byte[] build() {
        String x = graph.input(NetworkGraph.IMAGE, 1, 3, "height", "width");
        x = graph.maxPool(graph.relu(layer(x, architecture.stem())));
        for (Stage stage : Stage.values()) {
            if (stage != Stage.CONV1) {
                for (Block block : architecture.blocks(stage, 32)) {
                    x = block(x, block);
                }
            }
        }
        return graph.build(Map.of());
    }

    private String block(String x, Block block) {
        String inner = graph.relu(layer(x, block.conv1()));
        String outer = layer(inner, block.conv2());
        String shortcut = block.shortcut().map(conv -> layer(x, conv)).orElse(x);
        return graph.relu(graph.add(outer, shortcut));
    }

    private String layer(String x, Convolution conv) {
        String name = conv.name();
        PlainLayer layer = layers.get(name);
        if (layer == null) {
            throw new IllegalArgumentException("no such layer: name='%s'".formatted(name));
        }
        String response = respond(graph, name, x, conv, layer);
        hook.response(graph, conv, x, response);
        int channels = conv.outChannels();
        String scale = graph.constant(
                name + ".scale", new Shape(channels, 1, 1), layer.norm().scale());
        String shift = graph.constant(
                name + ".shift", new Shape(channels, 1, 1), layer.norm().shift());
        return graph.add(graph.multiply(response, scale), shift);
    }

    /** U·(W⊛x), with constants named after {@code prefix}. */
    static String respond(GraphBuilder graph, String prefix, String x, Convolution conv, PlainLayer layer) {
        String weight = graph.constant(
                prefix + ".filters", layer.filters().shape(), layer.filters().values());
        String response =
                graph.convolution(x, weight, null, conv.kernel(), conv.stride(), conv.dilation(), conv.padding(), 1);
        if (layer.modulator().isEmpty()) {
            return response;
        }
        Weights modulator = layer.modulator().get();
        String constant = graph.constant(prefix + ".modulator", modulator.shape(), modulator.values());
        return graph.convolution(response, constant, null, 1, 1, 1, 0, 1);
    }
}
