package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.EngineException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether this processor computes 8-bit convolutions exactly. Without dot products of its own (VNNI), an x86 processor adds pairs
 * of uint8·int8 products in 16 bits and saturates: 255·127 twice is 64,770 and becomes 32,767. So ONNX Runtime itself runs
 * convolutions of the largest values, the three kinds that the int8 plan has, and the answers are compared with exact ones.
 */
final class Int8Probe {
    private static final int CHANNELS = 64;
    private static final int SIDE = 6;
    private static final int LARGEST_INPUT = 255;
    private static final int LARGEST_WEIGHT = 127;
    /** What every exact sum is brought to; a saturated one comes to about half of it. */
    private static final int EXPECTED = 200;

    private Int8Probe() {}

    /** Why int8 can't be used, or empty. */
    static Optional<String> obstacle(SessionFactory factory) {
        GraphBuilder graph = new GraphBuilder("int8-probe");
        graph.byteInput("x", 1, SIDE, SIDE, CHANNELS);
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("spatial", convolution(graph, "spatial", 3, 1));
        outputs.put("pointwise", convolution(graph, "pointwise", 1, 1));
        outputs.put("depthwise", convolution(graph, "depthwise", 3, CHANNELS));
        outputs.values().forEach(name -> graph.byteOutput(name, 1, name + "_height", name + "_width", CHANNELS));
        ByteBuffer input = ByteBuffer.allocateDirect(SIDE * SIDE * CHANNELS);
        while (input.hasRemaining()) {
            input.put((byte) LARGEST_INPUT);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = factory.open(graph.build(Map.of()));
                OnnxTensor x = OnnxTensor.createTensor(
                        environment,
                        input.flip(),
                        new long[] {1, SIDE, SIDE, CHANNELS},
                        ai.onnxruntime.OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            for (Map.Entry<String, String> output : outputs.entrySet()) {
                ByteBuffer answer = ((OnnxTensor) result.get(output.getValue()).orElseThrow()).getByteBuffer();
                while (answer.hasRemaining()) {
                    int value = answer.get() & 0xFF;
                    if (value != EXPECTED) {
                        return Optional.of(
                                ("this processor's 8-bit %s convolutions saturate: result=%d, expected=%d; int8"
                                                + " needs dot products of 8 bits (VNNI)")
                                        .formatted(output.getKey(), value, EXPECTED));
                    }
                }
            }
            return Optional.empty();
        } catch (OrtException | EngineException e) {
            return Optional.of("8-bit convolutions don't run: " + e.getMessage());
        }
    }

    private static String convolution(GraphBuilder graph, String name, int kernel, int group) {
        int inner = CHANNELS / group * kernel * kernel;
        byte[] weights = new byte[CHANNELS * inner];
        Arrays.fill(weights, (byte) LARGEST_WEIGHT);
        float scale = (float) ((double) LARGEST_INPUT * LARGEST_WEIGHT * inner / EXPECTED);
        float[] ones = new float[CHANNELS];
        Arrays.fill(ones, 1);
        Shape channels = new Shape(CHANNELS);
        List<String> inputs = List.of(
                "x",
                graph.constant(name + ".x_scale", new Shape(), new float[] {1}),
                graph.unsignedBytes(name + ".x_zero_point", new Shape(), new byte[1]),
                graph.signedBytes(name + ".weight", new Shape(CHANNELS, CHANNELS / group, kernel, kernel), weights),
                graph.constant(name + ".weight_scale", channels, ones),
                graph.signedBytes(name + ".weight_zero_point", channels, new byte[CHANNELS]),
                graph.constant(name + ".y_scale", new Shape(), new float[] {scale}),
                graph.unsignedBytes(name + ".y_zero_point", new Shape(), new byte[1]),
                graph.integers(name + ".bias", channels, new int[CHANNELS]));
        return graph.contributed(
                "QLinearConv",
                inputs,
                GraphBuilder.ints("kernel_shape", kernel, kernel),
                GraphBuilder.integer("group", group),
                GraphBuilder.integer("channels_last", 1));
    }
}
