package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.network.Architecture;
import dev.facet.runtime.engine.EngineException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a plain network over a photo and gives every convolution's whole response, to compare banks. Not thread-safe. */
public final class ResponseProbe implements AutoCloseable {
    private final OrtSession session;

    /**
     * @param layers every convolution and shortcut of the architecture by name
     * @param threads threads of the engine
     */
    public ResponseProbe(Architecture architecture, Map<String, PlainLayer> layers, int threads) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            byte[] model = new PlainGraph(architecture, layers, (graph, name, tensor, channels) -> {
                        graph.named("Identity", List.of(tensor), name);
                        graph.output(name, 1, channels, name + "_height", name + "_width");
                    })
                    .build();
            session = OrtEnvironment.getEnvironment().createSession(model, options);
        } catch (OrtException e) {
            throw new EngineException("the network of the probe can't be built: " + e.getMessage(), e);
        }
    }

    /**
     * The responses of one photo, by convolution.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     */
    public Map<String, float[]> responses(FloatBuffer nchw, int height, int width) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor image = OnnxTensor.createTensor(environment, nchw, new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of(NetworkGraph.IMAGE, image))) {
            Map<String, float[]> responses = new LinkedHashMap<>();
            for (var output : result) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                responses.put(output.getKey(), copy);
            }
            return responses;
        } catch (OrtException e) {
            throw new EngineException("the network of the probe failed: " + e.getMessage(), e);
        }
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
