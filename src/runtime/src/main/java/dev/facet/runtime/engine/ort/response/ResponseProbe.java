package dev.facet.runtime.engine.ort.response;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.network.Architecture;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.ort.GraphBuilder;
import dev.facet.runtime.engine.ort.NetworkGraph;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a plain network over an image and gives every convolution's whole response, and beside it what other filters answer to
 * the same input, to compare banks. Not thread-safe.
 */
public final class ResponseProbe implements AutoCloseable {
    private static final String OTHER = "other.";

    private final OrtSession session;

    /**
     * One convolution's responses to one input.
     *
     * @param own of the network that runs
     * @param other of the filters that are compared
     */
    public record Responses(float[] own, float[] other) {}

    /**
     * @param layers the network that runs: every convolution and shortcut of the architecture by name
     * @param others what is compared, by name
     * @param threads threads of the engine
     */
    public ResponseProbe(
            Architecture architecture, Map<String, PlainLayer> layers, Map<String, PlainLayer> others, int threads) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            PlainGraph.Hook hook = (graph, conv, input, response) -> {
                String other = PlainGraph.respond(graph, OTHER + conv.name(), input, conv, others.get(conv.name()));
                output(graph, response, conv.name(), conv.outChannels());
                output(graph, other, OTHER + conv.name(), conv.outChannels());
            };
            byte[] model = new PlainGraph(architecture, layers, hook).build();
            session = OrtEnvironment.getEnvironment().createSession(model, options);
        } catch (OrtException e) {
            throw new EngineException("the network of the probe can't be built: " + e.getMessage(), e);
        }
    }

    private static void output(GraphBuilder graph, String tensor, String name, int channels) {
        graph.named("Identity", List.of(tensor), name);
        graph.output(name, 1, channels, name + "_height", name + "_width");
    }

    /**
     * The responses to one image, by convolution.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     */
    public Map<String, Responses> responses(FloatBuffer nchw, int height, int width) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor image = OnnxTensor.createTensor(environment, nchw, new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of(NetworkGraph.IMAGE, image))) {
            Map<String, Responses> responses = new LinkedHashMap<>();
            for (String name : session.getOutputNames()) {
                if (!name.startsWith(OTHER)) {
                    responses.put(name, new Responses(values(result, name), values(result, OTHER + name)));
                }
            }
            return responses;
        } catch (OrtException e) {
            throw new EngineException("the network of the probe failed: " + e.getMessage(), e);
        }
    }

    private static float[] values(OrtSession.Result result, String name) {
        FloatBuffer values = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("the session of the probe can't be closed: " + e.getMessage(), e);
        }
    }
}
