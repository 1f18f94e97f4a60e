package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.facet.core.folding.Weights;
import dev.facet.runtime.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies weights into memory of ONNX Runtime's own, 64-byte aligned, that is given back at the very moment when a tensor is
 * closed: direct buffers of Java wait for the garbage collector, so that plugging and unplugging would pile them up. The
 * copy is made by a session of one {@code Identity} node without an arena, whose output is the tensor. Thread-safe.
 */
final class TensorVault implements AutoCloseable {
    /** A staging buffer beyond this is not kept. */
    private static final int KEPT_BYTES = 4 << 20;

    private final OrtSession copy;
    private FloatBuffer staging = allocate(1 << 16);

    TensorVault() {
        GraphBuilder graph = new GraphBuilder("copy");
        graph.inputOfAnyShape("source");
        graph.named("Identity", List.of("source"), "target");
        graph.outputOfAnyShape("target");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            copy = OrtEnvironment.getEnvironment().createSession(graph.build(Map.of()), options);
        } catch (OrtException e) {
            throw new EngineException("the copying session can't be opened: " + e.getMessage(), e);
        }
    }

    /** Native copies by name; the caller closes them. Where one fails, those before it are closed. */
    Map<String, OnnxTensor> copy(Map<String, Weights> weights) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            weights.forEach((name, value) -> tensors.put(name, copy(value)));
        } catch (RuntimeException | Error e) {
            tensors.values().forEach(OnnxTensor::close);
            throw e;
        }
        return tensors;
    }

    // The result holds nothing but the tensor, which is the caller's from here on.
    @SuppressWarnings("resource")
    private synchronized OnnxTensor copy(Weights weights) {
        float[] values = weights.values();
        if (staging.capacity() < values.length) {
            staging = allocate(values.length);
        }
        staging.clear().put(values).flip();
        try (OnnxTensor source = OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), staging, weights.shape().extents())) {
            return (OnnxTensor) copy.run(Map.of("source", source)).get(0);
        } catch (OrtException e) {
            throw new EngineException("weights can't be copied: " + e.getMessage(), e);
        } finally {
            if (staging.capacity() > KEPT_BYTES / Float.BYTES) {
                staging = allocate(1 << 16);
            }
        }
    }

    private static FloatBuffer allocate(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public synchronized void close() {
        try {
            copy.close();
        } catch (OrtException e) {
            throw new EngineException("the copying session can't be closed: " + e.getMessage(), e);
        }
    }
}
