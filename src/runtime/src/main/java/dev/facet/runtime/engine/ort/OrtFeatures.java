package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.Prefix;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Features as tensors of ONNX Runtime, by the names of the inputs that take them. Thread-safe. */
final class OrtFeatures implements Features {
    private final Prefix prefix;
    private final int batch;
    private final int height;
    private final int width;
    private final Map<String, SharedTensor> tensors;
    private final long sizeBytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param tensors held, and given back when this is closed
     * @param sizeBytes native bytes of the tensors
     */
    OrtFeatures(Prefix prefix, int batch, int height, int width, Map<String, SharedTensor> tensors, long sizeBytes) {
        this.prefix = prefix;
        this.batch = batch;
        this.height = height;
        this.width = width;
        this.tensors = Map.copyOf(tensors);
        this.sizeBytes = sizeBytes;
    }

    @Override
    public Prefix prefix() {
        return prefix;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Pixels of all images. */
    long pixels() {
        return (long) batch * height * width;
    }

    /** By name of the graph's input. */
    Map<String, OnnxTensor> inputs() {
        if (closed.get()) {
            throw new IllegalStateException("features are closed: prefix='%s' (bug)".formatted(prefix));
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        tensors.forEach((name, tensor) -> inputs.put(name, tensor.tensor()));
        return inputs;
    }

    /** The map at the prefix' end; the image where there is no prefix. */
    SharedTensor map() {
        return tensor(prefix.isEmpty() ? NetworkGraph.IMAGE : PrefixGraph.FEATURES);
    }

    /** The tensor of that input, or null. */
    SharedTensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            tensors.values().forEach(SharedTensor::close);
        }
    }
}
