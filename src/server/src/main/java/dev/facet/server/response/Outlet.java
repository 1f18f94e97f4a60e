package dev.facet.server.response;

import java.util.function.Consumer;

/** Where chunks go: an answer under way, whose client reads as fast as it likes. */
public interface Outlet {
    /** Tells when the client is gone. */
    void onClose(Runnable action);

    /** Tells when there is room again; may be called more often than that. */
    void onDrain(Runnable action);

    /** Sends a chunk. */
    void write(byte[] chunk, Consumer<Throwable> failed);

    /** Whether it is better to wait for room. */
    boolean isFull();

    /** All chunks are sent. */
    void end();

    /** The answer can't be completed: the client must not take half of it for a whole one. */
    void cut();

    /** Called once at the end, however it came. */
    void finished();
}
