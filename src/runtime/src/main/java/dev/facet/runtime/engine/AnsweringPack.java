package dev.facet.runtime.engine;

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
     * @return the stride-4 map of the decoder
     */
    NetworkOutput run(FloatBuffer nchw, int height, int width);
}
