package dev.facet.runtime.engine;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import java.nio.FloatBuffer;
import java.util.List;

/** A pack that is ready to answer. Thread-safe; the holder closes it when no run is in flight. */
public interface PreparedPack extends AnsweringPack, AutoCloseable {
    /** SHA-256 of the pack's file. */
    String digest();

    Plan plan();

    /** Native bytes that this pack alone holds, those of a session of its own included. */
    long sizeBytes();

    /**
     * Answers images by itself: their features, shared with nobody, then the pack's own part. The same bits as with features
     * that were shared.
     */
    List<NetworkOutput> run(NetworkInput input, Cancellation cancellation);

    /** Answers one image [1, 3, height, width], however long it takes. */
    default NetworkOutput run(FloatBuffer nchw, int height, int width) {
        return run(NetworkInput.of(nchw, height, width), Cancellation.withoutDeadline())
                .get(0);
    }

    @Override
    void close();
}
