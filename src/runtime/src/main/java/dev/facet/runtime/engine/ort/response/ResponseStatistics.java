package dev.facet.runtime.engine.ort.response;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.ort.GraphBuilder;
import dev.facet.runtime.engine.ort.NetworkGraph;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Runs a plain classifier network (output stride 32, inference mode) over images, one at a time, and sums up the responses
 * of its convolutions before their norms: count, Σy and Σyyᵀ per layer. The graph sums over the positions of an image in
 * fp32, this class over images in double; no activation is kept (ECCV 2020, section 3.2).
 *
 * <p>Not thread-safe.
 */
public final class ResponseStatistics implements AutoCloseable {
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

    private static final String PLACES = "places";
    private static final long SEED = 1;
    /** Types as ONNX numbers them. */
    private static final int FLOAT = 1;

    private static final int INT64 = 7;

    private final OrtSession session;
    private final OptionalInt positions;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private final Map<String, double[]> products = new LinkedHashMap<>();

    /**
     * @param layers every convolution and shortcut of the architecture by name
     * @param positions random positions per image and layer that are summed up, drawn with replacement by a fixed seed; all
     *     where it is empty
     * @param threads threads of the engine
     */
    public ResponseStatistics(
            Architecture architecture, Map<String, PlainLayer> layers, OptionalInt positions, int threads) {
        this.positions = positions;
        for (Convolution conv : architecture.convolutionsAndShortcuts()) {
            int channels = conv.outChannels();
            counts.put(conv.name(), new long[1]);
            sums.put(conv.name(), new double[channels]);
            products.put(conv.name(), new double[channels * channels]);
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            PlainGraph graph = new PlainGraph(architecture, layers, this::sumUp);
            session = OrtEnvironment.getEnvironment().createSession(graph.build(), options);
        } catch (OrtException e) {
            throw new EngineException("the network of the response statistics can't be built: " + e.getMessage(), e);
        }
    }

    /**
     * Adds one image.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     */
    public void add(FloatBuffer nchw, int height, int width) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor image = OnnxTensor.createTensor(environment, nchw, new long[] {1, 3, height, width});
                OnnxTensor places = positions.isEmpty() ? null : OnnxTensor.createTensor(environment, places());
                OrtSession.Result result = session.run(
                        places == null
                                ? Map.of(NetworkGraph.IMAGE, image)
                                : Map.of(NetworkGraph.IMAGE, image, PLACES, places))) {
            for (String layer : sums.keySet()) {
                counts.get(layer)[0] += (long) read(result, layer + ".count").get(0);
                accumulate(sums.get(layer), read(result, layer + ".sum"));
                accumulate(products.get(layer), read(result, layer + ".products"));
            }
        } catch (OrtException e) {
            throw new EngineException("the network of the response statistics failed: " + e.getMessage(), e);
        }
    }

    /** Where the positions of one image lie among all of a layer, each in [0, 1). */
    private float[] places() {
        float[] places = new float[positions.getAsInt()];
        for (int i = 0; i < places.length; i++) {
            places[i] = random.nextInt(1 << 24) / (float) (1 << 24);
        }
        return places;
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

    private void sumUp(GraphBuilder graph, Convolution conv, String input, String response) {
        String name = conv.name();
        int channels = conv.outChannels();
        String shape = graph.constant(name + ".matrix", channels, -1);
        String matrix = graph.node("Reshape", List.of(response, shape));
        if (positions.isPresent()) {
            if (conv.name().equals("conv1")) {
                graph.input(PLACES, positions.getAsInt());
            }
            matrix = sampled(graph, matrix);
        }
        String transposed = graph.node("Transpose", List.of(matrix), GraphBuilder.ints("perm", 1, 0));
        graph.named("MatMul", List.of(matrix, transposed), name + ".products");
        graph.output(name + ".products", channels, channels);
        String axis = graph.constant(name + ".positions", 1);
        graph.named("ReduceSum", List.of(matrix, axis), name + ".sum", GraphBuilder.integer("keepdims", 0));
        graph.output(name + ".sum", channels);
        String extent = graph.node("Shape", List.of(matrix), GraphBuilder.integer("start", 1));
        graph.named("Cast", List.of(extent), name + ".count", GraphBuilder.integer("to", FLOAT));
        graph.output(name + ".count", 1);
    }

    /** Columns ⌊place·n⌋ of the n of a matrix. */
    private static String sampled(GraphBuilder graph, String matrix) {
        String extent = graph.node("Shape", List.of(matrix), GraphBuilder.integer("start", 1));
        String columns = graph.node("Cast", List.of(extent), GraphBuilder.integer("to", FLOAT));
        String exact = graph.multiply(PLACES, columns);
        String indices = graph.node("Cast", List.of(exact), GraphBuilder.integer("to", INT64));
        return graph.node("Gather", List.of(matrix, indices), GraphBuilder.integer("axis", 1));
    }
}
