package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import java.util.List;

/**
 * A request's hold on the pack that it started with: it can be run until the lease closes, whatever is plugged or removed
 * meanwhile. What it is is known at once; a cold pack is opened by {@link #open} or by the first run. Thread-safe.
 */
public final class Lease implements AnsweringPack, AutoCloseable {
    private final RegisteredPack pack;
    private final OpenPacks openPacks;

    Lease(RegisteredPack pack, OpenPacks openPacks) {
        this.pack = pack;
        this.openPacks = openPacks;
    }

    /** Takes hold; false where the pack was removed meanwhile. */
    boolean tryHold() {
        return pack.tryHold(this);
    }

    public PackId id() {
        return pack.id();
    }

    /** What is known of it. */
    public PackDescription description() {
        return pack.description();
    }

    @Override
    public PackManifest manifest() {
        return pack.description().manifest();
    }

    /** SHA-256 of the pack's file. */
    public String digest() {
        return pack.description().digest();
    }

    /** How the pack is executed. */
    public Plan plan() {
        return pack.description().plan();
    }

    /**
     * Opens the pack where it is cold. Not needed before {@link #run}; but done before it waits for the engine, it keeps
     * nobody else waiting.
     *
     * @throws PackUnavailableException if it can't be opened
     */
    public void open(Cancellation cancellation) {
        with(cancellation, prepared -> null);
    }

    @Override
    public Prefix prefix() {
        return Prefix.of(manifest(), plan());
    }

    /** @throws PackUnavailableException if the pack is cold and can't be opened */
    @Override
    public List<NetworkOutput> run(Features features, Cancellation cancellation) {
        return with(cancellation, prepared -> prepared.run(features, cancellation));
    }

    private interface Use<T> {
        T of(PreparedPack prepared);
    }

    private <T> T with(Cancellation cancellation, Use<T> use) {
        Object run = new Object();
        pack.beginRun(this, run);
        try {
            PreparedPack prepared = pack.await(cancellation);
            openPacks.used(pack);
            return use.of(prepared);
        } finally {
            pack.release(run);
        }
    }

    @Override
    public void close() {
        pack.release(this);
    }
}
