package dev.facet.runtime.engine.ort;

import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.quantization.Activations;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.ort.ActivationOperators.Layer;
import dev.facet.runtime.engine.ort.ActivationOperators.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The merged network as the int8 plan has it, stage by stage, written with 8-bit operators or with fp32 ones that observe it.
 * Three layers stay in fp32 in both: the stem, whose input isn't an activation; the branch of the decoder that pools the whole
 * map, one vector an image; the last convolution, whose output is the answer.
 */
final class QuantizedNetwork {
    private final GraphBuilder graph;
    private final ActivationOperators operators;
    private final Set<String> fp32;

    /** @param fp32 further layers that stay in fp32, by name; what they give lies in 8 bits all the same */
    QuantizedNetwork(GraphBuilder graph, ActivationOperators operators, Set<String> fp32) {
        this.graph = graph;
        this.operators = operators;
        this.fp32 = fp32;
    }

    /** The stem, ReLU and pooling: from the image to the first activation. */
    Value stem(String image, Convolution stem, FoldedConvolution folded) {
        Layer layer = layer(stem, folded);
        return operators.maxPool(operators.ofReal(graph.relu(convolution(image, layer)), Activations.STEM));
    }

    /**
     * The blocks of a stage.
     *
     * @param layers convolutions and shortcuts, norms folded
     */
    Value stage(Value x, List<Block> blocks, Function<Convolution, FoldedConvolution> layers) {
        Value y = x;
        for (Block block : blocks) {
            y = block(y, block, layers);
        }
        return y;
    }

    private Value block(Value x, Block block, Function<Convolution, FoldedConvolution> layers) {
        Value inner = convolution(x, block.conv1(), layers);
        Value outer = convolution(inner, block.conv2(), layers);
        Value shortcut =
                block.shortcut().map(conv -> convolution(x, conv, layers)).orElse(x);
        return operators.addRectified(outer, shortcut, block.name());
    }

    private Value convolution(Value x, Convolution conv, Function<Convolution, FoldedConvolution> layers) {
        return convolution(x, layer(conv, layers.apply(conv)), conv.name());
    }

    private static Layer layer(Convolution conv, FoldedConvolution folded) {
        return new Layer(
                conv.name(), folded.weights(), folded.bias(), conv.stride(), conv.dilation(), conv.padding(), 1);
    }

    private Value convolution(Value x, Layer layer, String activation) {
        if (!fp32.contains(layer.name())) {
            return operators.convolution(x, layer, activation);
        }
        String real = convolution(operators.real(x), layer);
        // What isn't rectified is saturated at neither end.
        return operators.ofReal(operators.isRectified(activation) ? graph.relu(real) : real, activation);
    }

    /**
     * The decoder.
     *
     * @param x layer4's map
     * @param low layer1's map
     * @param operands of {@code PackFolding.merged}
     * @return the stride-4 map [N, outputs, height, width], float
     */
    String decoder(Value x, Value low, Decoder decoder, Map<String, Weights> operands) {
        List<Value> branches = new ArrayList<>();
        branches.add(unit("decoder.aspp.0", x, 1, operands, Activations.ASPP));
        for (int branch = 1; branch <= 3; branch++) {
            int rate = decoder.rates().get(branch - 1);
            branches.add(unit("decoder.aspp." + branch, x, rate, operands, Activations.ASPP));
        }
        String average = graph.globalAverage(operators.real(x));
        String pooled = graph.relu(convolution(average, pointwise("decoder.aspp.4", "decoder.aspp.4.conv", operands)));
        branches.add(operators.spread(operators.ofReal(pooled, Activations.ASPP), x));
        Value projected = unit("decoder.project", operators.concatenate(branches), 1, operands, Activations.FUSED);
        Value reduced = unit("decoder.low", low, 1, operands, Activations.FUSED);
        Value fused = operators.concatenate(List.of(operators.resize(projected, reduced), reduced));
        fused = unit("decoder.fuse.0", fused, 1, operands, "decoder.fuse.0");
        fused = unit("decoder.fuse.1", fused, 1, operands, "decoder.fuse.1");
        return convolution(operators.real(fused), pointwise("decoder.predict", "decoder.predict", operands));
    }

    private Value unit(String name, Value x, int rate, Map<String, Weights> operands, String activation) {
        Weights depthwise = operands.get(name + ".depthwise.weight");
        if (depthwise == null) {
            Weights weights = operands.get(name + ".conv.weight");
            int padding = weights.shape().intExtent(2) == 3 ? rate : 0;
            float[] bias = operands.get(name + ".bias").values();
            return convolution(x, new Layer(name, weights, bias, 1, rate, padding, 1), activation);
        }
        int channels = depthwise.rows();
        String between = Activations.depthwise(name);
        Layer spatial = new Layer(between, depthwise, new float[channels], 1, rate, rate, channels);
        return convolution(
                convolution(x, spatial, between), pointwise(name, name + ".pointwise", operands), activation);
    }

    private static Layer pointwise(String name, String weights, Map<String, Weights> operands) {
        return Layer.pointwise(
                name,
                operands.get(weights + ".weight"),
                operands.get(name + ".bias").values());
    }

    /** A convolution in fp32. */
    private String convolution(String x, Layer layer) {
        String weight = graph.constant(
                layer.name() + ".weight",
                layer.weights().shape(),
                layer.weights().values());
        String bias = graph.constant(layer.name() + ".bias", new Shape(layer.bias().length), layer.bias());
        return graph.convolution(
                x, weight, bias, layer.kernel(), layer.stride(), layer.dilation(), layer.padding(), layer.group());
    }
}
