package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.ForwardingEngine;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An engine that counts the packs that it prepared and that aren't closed, and lets a test step in before it prepares one. */
final class CountingEngine extends ForwardingEngine {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger prepared = new AtomicInteger();
    private volatile Consumer<ModulatorPack> before = pack -> {};

    CountingEngine(Engine engine) {
        super(engine);
    }

    /** Called on the preparing thread; what it throws, the engine throws. */
    void beforePreparing(Consumer<ModulatorPack> action) {
        before = action;
    }

    /** Packs prepared so far, closed ones too. */
    int prepared() {
        return prepared.get();
    }

    int open() {
        return open.get();
    }

    @Override
    public PreparedPack prepare(ModulatorPack pack, Plan plan) {
        before.accept(pack);
        PreparedPack result = engine.prepare(pack, plan);
        open.incrementAndGet();
        prepared.incrementAndGet();
        return new Counted(result);
    }

    @Override
    public void close() {
        engine.close();
    }

    private final class Counted implements PreparedPack {
        private final PreparedPack prepared;

        Counted(PreparedPack prepared) {
            this.prepared = prepared;
        }

        @Override
        public PackManifest manifest() {
            return prepared.manifest();
        }

        @Override
        public String digest() {
            return prepared.digest();
        }

        @Override
        public Plan plan() {
            return prepared.plan();
        }

        @Override
        public long sizeBytes() {
            return prepared.sizeBytes();
        }

        @Override
        public Prefix prefix() {
            return prepared.prefix();
        }

        @Override
        public List<NetworkOutput> run(NetworkInput input, Cancellation cancellation) {
            return prepared.run(input, cancellation);
        }

        @Override
        public List<NetworkOutput> run(Features features, Cancellation cancellation) {
            return prepared.run(features, cancellation);
        }

        @Override
        public void close() {
            open.decrementAndGet();
            prepared.close();
        }
    }
}
