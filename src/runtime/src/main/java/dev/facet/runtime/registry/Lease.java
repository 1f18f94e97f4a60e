package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.AnsweringPack;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request's hold on the pack that it started with: the pack stays open until the lease closes. */
public final class Lease implements AnsweringPack, AutoCloseable {
    private final Held held;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(Held held) {
        this.held = held;
    }

    public PackId id() {
        return held.id();
    }

    @Override
    public PackManifest manifest() {
        return held.prepared().manifest();
    }

    /** SHA-256 of the pack's file. */
    public String digest() {
        return held.prepared().digest();
    }

    @Override
    public NetworkOutput run(FloatBuffer nchw, int height, int width, Cancellation cancellation) {
        if (closed.get()) {
            throw new IllegalStateException("lease is closed: pack=%s (bug)".formatted(held.id()));
        }
        return held.prepared().run(nchw, height, width, cancellation);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            held.release();
        }
    }
}
