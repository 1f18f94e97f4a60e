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
 * One photo as the network's input, made once per input policy however many packs ask for it. One thread at a time; closing
 * gives the buffers back, so no run may be under way then.
 */
public final class PhotoInput implements AutoCloseable {
    private final Raster photo;
    private final Normalization normalization;
    private final InputBuffers buffers;
    private final Map<Frame, FloatBuffer> inputs = new HashMap<>();

    /** @param normalization the bank's */
    public PhotoInput(Raster photo, Normalization normalization, InputBuffers buffers) {
        this.photo = photo;
        this.normalization = normalization;
        this.buffers = buffers;
    }

    public Raster photo() {
        return photo;
    }

    Frame frame(InputPolicy policy) {
        return policy.frame(photo.height(), photo.width());
    }

    FloatBuffer input(Frame frame) {
        return inputs.computeIfAbsent(frame, key -> {
            FloatBuffer buffer = buffers.take(key.paddedHeight(), key.paddedWidth());
            InputTensor.prepare(photo, key, normalization, buffer);
            return buffer;
        });
    }

    @Override
    public void close() {
        inputs.values().forEach(buffers::giveBack);
        inputs.clear();
    }
}
