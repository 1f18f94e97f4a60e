package dev.facet.runtime.engine;

import dev.facet.core.pack.Plan;

/** A pack that is ready to answer. Thread-safe; the holder closes it when no run is in flight. */
public interface PreparedPack extends AnsweringPack, AutoCloseable {
    /** SHA-256 of the pack's file. */
    String digest();

    Plan plan();

    /** Native bytes that this pack alone holds, those of a session of its own included. */
    long sizeBytes();

    @Override
    void close();
}
