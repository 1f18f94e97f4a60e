package dev.facet.runtime.engine;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import java.nio.FloatBuffer;

/** A pack that is ready to answer. Thread-safe; the holder closes it when no run is in flight. */
public interface PreparedPack extends AutoCloseable {
    PackManifest manifest();

    /** SHA-256 of the pack's file. */
    String digest();

    Plan plan();

    /** Native bytes that this pack alone holds. */
    long sizeBytes();

    /**
     * Answers one image.
     *
     * @param nchw normalised input [1, 3, height, width], direct, native order, position 0; not kept
     * @param height rows
     * @param width columns
     * @return the stride-4 map of the decoder
     */
    NetworkOutput run(FloatBuffer nchw, int height, int width);

    @Override
    void close();
}
