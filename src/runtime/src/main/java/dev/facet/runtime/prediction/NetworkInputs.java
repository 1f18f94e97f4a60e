package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.AnsweringPack;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * One image as the network's input, made once per input policy however many packs ask for it. One thread at a time; closing gives
 * the buffers back, so no run may be under way then.
 */
public final class NetworkInputs implements AutoCloseable {
    private final Raster image;
    private final Normalization normalization;
    private final InputBuffers buffers;
    private final Map<Frame, FloatBuffer> inputs = new HashMap<>();

    /** @param normalization the bank's */
    public NetworkInputs(Raster image, Normalization normalization, InputBuffers buffers) {
        this.image = image;
        this.normalization = normalization;
        this.buffers = buffers;
    }

    /** How the image lies in a pack's input. */
    public Frame frame(AnsweringPack pack) {
        return pack.manifest().input().frame(image.height(), image.width());
    }

    /** Makes the input of a frame, where it isn't there yet. */
    public void prepare(Frame frame) {
        inputs.computeIfAbsent(frame, key -> {
            FloatBuffer buffer = buffers.take(key.paddedHeight(), key.paddedWidth());
            InputTensor.prepare(image, key, normalization, buffer);
            return buffer;
        });
    }

    /** What a pack answers for the image: the stride-4 map of its decoder. */
    public NetworkOutput run(AnsweringPack pack, Frame frame, Cancellation cancellation) {
        prepare(frame);
        return pack.run(inputs.get(frame), frame.paddedHeight(), frame.paddedWidth(), cancellation);
    }

    @Override
    public void close() {
        inputs.values().forEach(buffers::giveBack);
        inputs.clear();
    }
}
