package dev.facet.cli.bench.plain;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/** A network in ONNX Runtime, one thread a run, with nothing around it. Thread-safe. */
public final class BareNetwork implements AutoCloseable {
    private static final String INPUT = "image";

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    private BareNetwork(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            this.session = environment.createSession(model, options);
        }
    }

    /**
     * Opens a model with one input, {@code image}.
     *
     * @throws IllegalArgumentException if ONNX Runtime refuses it
     */
    public static BareNetwork open(byte[] model) {
        try {
            return new BareNetwork(model);
        } catch (OrtException e) {
            throw new IllegalArgumentException("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
    }

    /** What the file says of itself. */
    Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    /** What is done with an output before it is released. */
    @FunctionalInterface
    interface Use<T> {
        T of(OnnxTensor output);
    }

    /** One run on an input [1, 3, height, width]. */
    <T> T run(FloatBuffer nchw, int height, int width, Use<T> use) throws OrtException {
        try (OnnxTensor image = OnnxTensor.createTensor(environment, nchw, new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of(INPUT, image))) {
            return use.of((OnnxTensor) result.get(0));
        }
    }

    /** One run on an input [1, 3, height, width], whose output nobody looks at. */
    public void run(FloatBuffer nchw, int height, int width) {
        try {
            run(nchw, height, width, output -> null);
        } catch (OrtException e) {
            throw new IllegalStateException("the bare network failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the bare network can't be closed: " + e.getMessage(), e);
        }
    }
}
