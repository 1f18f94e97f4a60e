package dev.facet.runtime.engine.ort;

import dev.facet.core.quantization.Activation;
import dev.facet.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The same network in fp32, in NCHW, with the activations among its outputs. */
final class ObservedOperators implements ActivationOperators {
    private final GraphBuilder graph;
    private final Set<String> rectified;
    private final Set<String> wanted;
    private final Map<String, String> outputs = new LinkedHashMap<>();

    /**
     * @param all activations of the graph
     * @param wanted those that become outputs
     */
    ObservedOperators(GraphBuilder graph, List<Activation> all, List<Activation> wanted) {
        this.graph = graph;
        this.rectified =
                all.stream().filter(Activation::rectified).map(Activation::name).collect(Collectors.toSet());
        this.wanted = wanted.stream().map(Activation::name).collect(Collectors.toSet());
    }

    /** Activations by the names of the graph's outputs. */
    Map<String, String> outputs() {
        return Map.copyOf(outputs);
    }

    private Value observed(String tensor, String activation) {
        if (wanted.contains(activation)) {
            String output = "observed_" + outputs.size();
            graph.named("Identity", List.of(tensor), output);
            graph.outputOfAnyShape(output);
            outputs.put(output, activation);
        }
        return new Value(tensor, activation);
    }

    @Override
    public boolean isRectified(String activation) {
        return rectified.contains(activation);
    }

    @Override
    public Value ofReal(String nchw, String activation) {
        return observed(nchw, activation);
    }

    @Override
    public String real(Value value) {
        return value.tensor();
    }

    @Override
    public Value maxPool(Value value) {
        return new Value(graph.maxPool(value.tensor()), value.activation());
    }

    @Override
    public Value convolution(Value x, Layer layer, String activation) {
        String weight = graph.constant(
                layer.name() + ".weight",
                layer.weights().shape(),
                layer.weights().values());
        String bias = graph.constant(layer.name() + ".bias", new Shape(layer.bias().length), layer.bias());
        String y = graph.convolution(
                x.tensor(),
                weight,
                bias,
                layer.kernel(),
                layer.stride(),
                layer.dilation(),
                layer.padding(),
                layer.group());
        return observed(isRectified(activation) ? graph.relu(y) : y, activation);
    }

    @Override
    public Value addRectified(Value a, Value b, String activation) {
        return observed(graph.relu(graph.add(a.tensor(), b.tensor())), activation);
    }

    @Override
    public Value concatenate(List<Value> values) {
        return new Value(
                graph.concatenate(1, values.stream().map(Value::tensor).toList()),
                values.get(0).activation());
    }

    @Override
    public Value resize(Value value, Value like) {
        return new Value(graph.resize(value.tensor(), graph.spatialShape(like.tensor())), value.activation());
    }

    @Override
    public Value spread(Value value, Value like) {
        return new Value(graph.spread(value.tensor(), graph.spatialShape(like.tensor())), value.activation());
    }
}
