package dev.facet.runtime.inference;

import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * One image as the network's input, made once per input policy however many packs ask for it. One thread at a time; closing
 * gives the buffers back, so no run may be under way then.
 */
public final class NetworkInput implements AutoCloseable {
    private final Raster image;
    private final Normalization normalization;
    private final InputBuffers buffers;
    private final Map<Frame, FloatBuffer> inputs = new HashMap<>();

    /** @param normalization the bank's */
    public NetworkInput(Raster image, Normalization normalization, InputBuffers buffers) {
        this.image = image;
        this.normalization = normalization;
        this.buffers = buffers;
    }

    public Raster image() {
        return image;
    }

    Frame frame(InputPolicy policy) {
        return policy.frame(image.height(), image.width());
    }

    FloatBuffer input(Frame frame) {
        return inputs.computeIfAbsent(frame, key -> {
            FloatBuffer buffer = buffers.take(key.paddedHeight(), key.paddedWidth());
            InputTensor.prepare(image, key, normalization, buffer);
            return buffer;
        });
    }

    @Override
    public void close() {
        inputs.values().forEach(buffers::giveBack);
        inputs.clear();
    }
}
