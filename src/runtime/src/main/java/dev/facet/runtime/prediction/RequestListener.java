package dev.facet.runtime.prediction;

import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.registry.PackDescription;
import java.util.List;
import java.util.Optional;

/**
 * Accompanies one request: is told which packs it got and when its stages ended, on the threads that did them. Must return at once and
 * never throw. Thread-safe.
 */
public interface RequestListener {
    /** Hears nothing. */
    RequestListener NONE = new RequestListener() {};

    /** The time that a thread works on the request. */
    interface Visit extends AutoCloseable {
        /** Leaves nothing on the thread. */
        Visit UNMARKED = () -> {};

        @Override
        void close();
    }

    /** This thread works on the request until the visit closes; whatever is logged on it belongs to the request. */
    default Visit enter() {
        return Visit.UNMARKED;
    }

    /** The packs that it holds, in the order in which they were asked for; empty where one can't be had. */
    default void leased(List<Optional<PackDescription>> packs) {}

    /** A stage ended that all packs share; times are those of {@link System#nanoTime()}. */
    default void ended(RequestStage stage, long beginNanos, long endNanos) {}

    /** A stage of one pack ended. A request in tiles has each stage many times. */
    default void ended(RequestStage stage, PackManifest pack, long beginNanos, long endNanos) {}
}
