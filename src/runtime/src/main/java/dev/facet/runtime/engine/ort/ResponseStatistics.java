package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.folding.Affine;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Block;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.EngineException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a plain classifier network (output stride 32, inference mode) over photos, one at a time, and sums up the responses
 * of its convolutions before their norms: count, Σy and Σyyᵀ per layer. The graph sums over the positions of a photo in
 * fp32, this class over photos in double; no activation is kept (ECCV 2020, section 3.2).
 *
 * <p>Not thread-safe.
 */
public final class ResponseStatistics implements AutoCloseable {
    /**
     * One convolution of the network: y = W⊛x, then scale·y + shift.
     *
     * @param filters [C_out, C_in, k, k]
     * @param norm what follows it
     */
    public record Layer(Weights filters, Affine norm) {}

    /**
     * The sums of one layer.
     *
     * @param count positions seen
     * @param sum Σy, [C]
     * @param products Σyyᵀ, [C·C] row-major
     */
    public record Sums(long count, double[] sum, double[] products) {
        /** Mean per channel. */
        public double[] mean() {
            double[] mean = new double[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = sum[i] / count;
            }
            return mean;
        }

        /** Variance per channel over all positions (divided by n), at least 0. */
        public double[] variance() {
            double[] variance = new double[sum.length];
            for (int i = 0; i < variance.length; i++) {
                double mean = sum[i] / count;
                variance[i] = Math.max(0, products[i * sum.length + i] / count - mean * mean);
            }
            return variance;
        }

        /** Covariance, centred, divided by n − 1, [C·C] row-major. */
        public double[] covariance() {
            int channels = sum.length;
            double[] covariance = new double[channels * channels];
            for (int i = 0; i < channels; i++) {
                for (int j = 0; j < channels; j++) {
                    covariance[i * channels + j] =
                            (products[i * channels + j] - sum[i] * sum[j] / count) / Math.max(1, count - 1);
                }
            }
            return covariance;
        }
    }

    private final Map<String, Layer> layers;
    private final OrtSession session;
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private final Map<String, double[]> products = new LinkedHashMap<>();

    /**
     * @param layers every convolution and shortcut of the architecture by name
     * @param threads threads of the engine
     */
    public ResponseStatistics(Architecture architecture, Map<String, Layer> layers, int threads) {
        this.layers = Map.copyOf(layers);
        List<Convolution> convolutions = new ArrayList<>(architecture.convolutions(32));
        convolutions.addAll(architecture.shortcuts(32));
        for (Convolution conv : convolutions) {
            int channels = conv.outChannels();
            counts.put(conv.name(), new long[1]);
            sums.put(conv.name(), new double[channels]);
            products.put(conv.name(), new double[channels * channels]);
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            session = OrtEnvironment.getEnvironment().createSession(new Graph(architecture).build(), options);
        } catch (OrtException e) {
            throw new EngineException("the network of the response statistics can't be built: " + e.getMessage(), e);
        }
    }

    /**
     * Adds one photo.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     */
    public void add(FloatBuffer nchw, int height, int width) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor image = OnnxTensor.createTensor(environment, nchw, new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of(NetworkGraph.IMAGE, image))) {
            for (String layer : sums.keySet()) {
                counts.get(layer)[0] += (long) read(result, layer + ".count").get(0);
                accumulate(sums.get(layer), read(result, layer + ".sum"));
                accumulate(products.get(layer), read(result, layer + ".products"));
            }
        } catch (OrtException e) {
            throw new EngineException("the network of the response statistics failed: " + e.getMessage(), e);
        }
    }

    private static FloatBuffer read(OrtSession.Result result, String output) {
        return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
    }

    private static void accumulate(double[] total, FloatBuffer values) {
        for (int i = 0; i < total.length; i++) {
            total[i] += values.get(i);
        }
    }

    /** The sums so far, by layer. */
    public Map<String, Sums> sums() {
        Map<String, Sums> result = new LinkedHashMap<>();
        sums.forEach((layer, sum) -> result.put(
                layer,
                new Sums(counts.get(layer)[0], sum.clone(), products.get(layer).clone())));
        return result;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("the session of the response statistics can't be closed: " + e.getMessage(), e);
        }
    }

    private final class Graph {
        private final Architecture architecture;
        private final GraphBuilder graph = new GraphBuilder("responses");

        Graph(Architecture architecture) {
            this.architecture = architecture;
        }

        byte[] build() {
            String x = graph.input(NetworkGraph.IMAGE, 1, 3, "height", "width");
            graph.constant("positions", 1);
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
            Layer layer = layers.get(conv.name());
            if (layer == null) {
                throw new IllegalArgumentException("no such layer: name='%s'".formatted(conv.name()));
            }
            int channels = conv.outChannels();
            String weight = graph.constant(
                    conv.name() + ".filters",
                    layer.filters().shape(),
                    layer.filters().values());
            String response = graph.convolution(
                    x, weight, null, conv.kernel(), conv.stride(), conv.dilation(), conv.padding(), 1);
            sumUp(conv.name(), response, channels);
            String scale = graph.constant(
                    conv.name() + ".scale",
                    new Shape(channels, 1, 1),
                    layer.norm().scale());
            String shift = graph.constant(
                    conv.name() + ".shift",
                    new Shape(channels, 1, 1),
                    layer.norm().shift());
            return graph.add(graph.multiply(response, scale), shift);
        }

        private void sumUp(String name, String response, int channels) {
            String shape = graph.constant(name + ".matrix", channels, -1);
            String matrix = graph.node("Reshape", List.of(response, shape));
            String transposed = graph.node("Transpose", List.of(matrix), GraphBuilder.ints("perm", 1, 0));
            graph.named("MatMul", List.of(matrix, transposed), name + ".products");
            graph.output(name + ".products", channels, channels);
            graph.named("ReduceSum", List.of(matrix, "positions"), name + ".sum", GraphBuilder.integer("keepdims", 0));
            graph.output(name + ".sum", channels);
            String extent = graph.node("Shape", List.of(matrix), GraphBuilder.integer("start", 1));
            graph.named("Cast", List.of(extent), name + ".count", GraphBuilder.integer("to", 1));
            graph.output(name + ".count", 1);
        }
    }
}
