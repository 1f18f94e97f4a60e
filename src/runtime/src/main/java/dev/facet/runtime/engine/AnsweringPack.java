package dev.facet.runtime.engine;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.NetworkOutput;
import java.nio.FloatBuffer;

/** What can answer an image: a prepared pack, or a lease on one. */
public interface AnsweringPack {
    PackManifest manifest();

    /**
     * Answers one image.
     *
     * @param nchw normalised input [1, 3, height, width], direct, native order, position 0; not kept
     * @param height rows
     * @param width columns
     * @param cancellation ends the run early
     * @return the stride-4 map of the decoder
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    NetworkOutput run(FloatBuffer nchw, int height, int width, Cancellation cancellation);

    /** Answers one image, however long it takes. */
    default NetworkOutput run(FloatBuffer nchw, int height, int width) {
        return run(nchw, height, width, Cancellation.withoutDeadline());
    }
}
