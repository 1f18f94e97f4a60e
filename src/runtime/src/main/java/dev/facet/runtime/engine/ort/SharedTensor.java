package dev.facet.runtime.engine.ort;

import ai.onnxruntime.OnnxTensor;
import java.util.concurrent.atomic.AtomicInteger;

/** A tensor with several holders, closed by the last of them. Thread-safe. */
final class SharedTensor implements AutoCloseable {
    private final OnnxTensor tensor;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Has one holder, the caller. */
    SharedTensor(OnnxTensor tensor) {
        this.tensor = tensor;
    }

    /** Readable as long as the caller is a holder. */
    OnnxTensor tensor() {
        return tensor;
    }

    long sizeBytes() {
        return tensor.getInfo().getNumElements() * tensor.getInfo().type.size;
    }

    /** Adds a holder; the caller must be one. */
    SharedTensor hold() {
        holders.incrementAndGet();
        return this;
    }

    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            tensor.close();
        }
    }
}
