package dev.facet.runtime.engine.ort;

import dev.facet.core.folding.QuantizedWeights;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operators of the int8 plan: uint8 maps in NHWC, int8 weights per output channel. They are ONNX Runtime's own channels-last
 * operators, which its optimizer would make of the ONNX ones: written at once, a session has nothing to find out when it opens,
 * and no map changes its layout. ReLU is the saturation at a zero point of 0.
 */
final class QuantizedOperators implements ActivationOperators {
    private final GraphBuilder graph;
    private final Map<String, ActivationScale> scales;
    private final Set<String> written = new HashSet<>();
    private long weightBytes;

    /** @param scales by activation, of all that the graph has */
    QuantizedOperators(GraphBuilder graph, Map<String, ActivationScale> scales) {
        this.graph = graph;
        this.scales = scales;
    }

    /** An input of the graph [N, height, width, C]. */
    Value input(String name, String activation, int channels) {
        graph.byteInput(name, "batch", name + "_height", name + "_width", channels);
        return new Value(name, activation);
    }

    /** Makes a value an output of the graph. */
    void output(Value value, String name, int channels) {
        graph.named("Identity", List.of(value.tensor()), name);
        graph.byteOutput(name, "batch", name + "_height", name + "_width", channels);
    }

    /** Bytes of weights and biases that are constants so far. */
    long weightBytes() {
        return weightBytes;
    }

    /** As {@link dev.facet.core.quantization.Activation#check} has it; other layers may have 0 as well, and saturate there. */
    @Override
    public boolean isRectified(String activation) {
        return known(activation).zeroPoint() == 0;
    }

    @Override
    public Value ofReal(String nchw, String activation) {
        String nhwc = graph.node("Transpose", List.of(nchw), GraphBuilder.ints("perm", 0, 2, 3, 1));
        return new Value(
                graph.node("QuantizeLinear", List.of(nhwc, scale(activation), zeroPoint(activation))), activation);
    }

    @Override
    public String real(Value value) {
        String nhwc = graph.node(
                "DequantizeLinear", List.of(value.tensor(), scale(value.activation()), zeroPoint(value.activation())));
        return graph.node("Transpose", List.of(nhwc), GraphBuilder.ints("perm", 0, 3, 1, 2));
    }

    @Override
    public Value maxPool(Value value) {
        String pooled = graph.contributed(
                "NhwcMaxPool",
                List.of(value.tensor()),
                GraphBuilder.ints("kernel_shape", 3, 3),
                GraphBuilder.ints("strides", 2, 2),
                GraphBuilder.ints("pads", 1, 1, 1, 1));
        return new Value(pooled, value.activation());
    }

    @Override
    public Value convolution(Value x, Layer layer, String activation) {
        QuantizedWeights weights = QuantizedWeights.of(
                layer.weights(), layer.bias(), known(x.activation()).scale());
        weightBytes += weights.values().length + (long) weights.bias().length * Integer.BYTES;
        String name = layer.name();
        Shape rows = new Shape(weights.scales().length);
        List<String> inputs = List.of(
                x.tensor(),
                scale(x.activation()),
                zeroPoint(x.activation()),
                graph.signedBytes(name + ".weight", weights.shape(), weights.values()),
                graph.constant(name + ".weight_scale", rows, weights.scales()),
                graph.signedBytes(name + ".weight_zero_point", rows, new byte[weights.scales().length]),
                scale(activation),
                zeroPoint(activation),
                graph.integers(name + ".bias", rows, weights.bias()));
        int kernel = layer.kernel();
        int padding = layer.padding();
        String y = graph.contributed(
                "QLinearConv",
                inputs,
                GraphBuilder.ints("kernel_shape", kernel, kernel),
                GraphBuilder.ints("strides", layer.stride(), layer.stride()),
                GraphBuilder.ints("dilations", layer.dilation(), layer.dilation()),
                GraphBuilder.ints("pads", padding, padding, padding, padding),
                GraphBuilder.integer("group", layer.group()),
                GraphBuilder.integer("channels_last", 1));
        return new Value(y, activation);
    }

    @Override
    public Value addRectified(Value a, Value b, String activation) {
        List<String> inputs = List.of(
                a.tensor(),
                scale(a.activation()),
                zeroPoint(a.activation()),
                b.tensor(),
                scale(b.activation()),
                zeroPoint(b.activation()),
                scale(activation),
                zeroPoint(activation));
        return new Value(graph.contributed("QLinearAdd", inputs), activation);
    }

    @Override
    public Value concatenate(List<Value> values) {
        return new Value(
                graph.concatenate(3, values.stream().map(Value::tensor).toList()),
                values.get(0).activation());
    }

    @Override
    public Value resize(Value value, Value like) {
        String resized = graph.node(
                "Resize",
                List.of(value.tensor(), "", "", sizes(value, like)),
                GraphBuilder.string("mode", "linear"),
                GraphBuilder.string("coordinate_transformation_mode", "half_pixel"));
        return new Value(resized, value.activation());
    }

    @Override
    public Value spread(Value value, Value like) {
        return new Value(graph.node("Expand", List.of(value.tensor(), sizes(value, like))), value.activation());
    }

    /** N and C of {@code value}, height and width of {@code like}: int64 [4]. */
    private String sizes(Value value, Value like) {
        return graph.concatenate(0, List.of(extents(value, 0, 1), extents(like, 1, 3), extents(value, 3, 4)));
    }

    private String extents(Value value, int start, int end) {
        return graph.node(
                "Shape",
                List.of(value.tensor()),
                GraphBuilder.integer("start", start),
                GraphBuilder.integer("end", end));
    }

    private String scale(String activation) {
        String name = activation + ".scale";
        return written.add(name)
                ? graph.constant(
                        name, new Shape(), new float[] {known(activation).scale()})
                : name;
    }

    private String zeroPoint(String activation) {
        String name = activation + ".zero_point";
        return written.add(name)
                ? graph.unsignedBytes(
                        name, new Shape(), new byte[] {(byte) known(activation).zeroPoint()})
                : name;
    }

    private ActivationScale known(String activation) {
        ActivationScale scale = scales.get(activation);
        if (scale == null) {
            throw new IllegalStateException("activation without a scale: name='%s' (bug)".formatted(activation));
        }
        return scale;
    }
}
