package dev.facet.runtime.inference;

import dev.facet.core.image.Frame;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;

/**
 * A pack's answer to an image.
 *
 * @param prediction at the image's own size
 * @param output stride-4 map that it was made of
 * @param frame how the image lay in the network's input
 * @param inputNanos making the input
 * @param queueNanos waiting for a turn
 * @param computeNanos the engine's run
 * @param outputNanos decoding
 */
public record Answer(
        Prediction prediction,
        NetworkOutput output,
        Frame frame,
        long inputNanos,
        long queueNanos,
        long computeNanos,
        long outputNanos) {}
