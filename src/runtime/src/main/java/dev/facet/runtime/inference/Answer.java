package dev.facet.runtime.inference;

import dev.facet.core.image.Frame;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;

/**
 * A pack's answer to an image.
 *
 * @param task kind of the pack
 * @param output stride-4 map
 * @param frame how the image lay in the network's input
 * @param inputNanos making the input
 * @param queueNanos waiting for a turn
 * @param computeNanos the engine's run
 */
public record Answer(
        TaskKind task, NetworkOutput output, Frame frame, long inputNanos, long queueNanos, long computeNanos) {
    /** The whole prediction at the image's own size, made anew. */
    public Prediction prediction() {
        return task.decode(output, frame);
    }
}
