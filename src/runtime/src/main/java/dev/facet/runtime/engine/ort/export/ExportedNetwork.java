package dev.facet.runtime.engine.ort.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.NetworkGraph;
import dev.facet.runtime.engine.ort.SessionFactory;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file of {@link OnnxExporter}, run alone, on the CPU: to check that it answers as its pack does. Thread-safe. */
public final class ExportedNetwork implements AutoCloseable {
    private final OrtSession session;

    private ExportedNetwork(OrtSession session) {
        this.session = session;
    }

    /** Opens a file; {@link EngineException} where ONNX Runtime refuses it. */
    public static ExportedNetwork open(Path file) throws IOException {
        return new ExportedNetwork(SessionFactory.of(EngineOptions.cpu(0)).open(Files.readAllBytes(file)));
    }

    /** What the file says of itself. */
    public Map<String, String> metadata() {
        try {
            return Map.copyOf(session.getMetadata().getCustomMetadata());
        } catch (OrtException e) {
            throw new EngineException("metadata of the exported network can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * The file's answer.
     *
     * @param nchw normalised input [1, 3, height, width], direct
     * @return {@code outputs·height·width} values, CHW
     */
    public float[] answer(FloatBuffer nchw, int height, int width) {
        try (OnnxTensor image = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), nchw, new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of(NetworkGraph.IMAGE, image))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
        } catch (OrtException e) {
            throw new EngineException("exported network failed: " + e.getMessage(), e);
        }
    }

    /** max|Δ|/max|y| between the file's answer and the pack's. */
    public double relativeDifference(PreparedPack pack, FloatBuffer nchw, int height, int width) {
        NetworkOutput output = pack.run(nchw, height, width);
        return SelfTest.relativeDifference(
                pack.manifest().task().forward(output, height, width), answer(nchw, height, width));
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("exported network can't be closed: " + e.getMessage(), e);
        }
    }
}
