package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.ForwardingEngine;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that notes how many images its runs took, and lets a test step in before each. */
final class RecordingEngine extends ForwardingEngine {
    private final List<Integer> batches = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private volatile Runnable before = () -> {};

    RecordingEngine(Engine engine) {
        super(engine);
    }

    /** Called on the running thread; what it throws, the engine throws. */
    void before(Runnable action) {
        before = action;
    }

    /** Images of each run that gave features, padding counted. */
    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** Features of several images that weren't closed. */
    int open() {
        return open.get();
    }

    /** Runs that were told to end. */
    int cancelled() {
        return cancelled.get();
    }

    @Override
    public Features features(Prefix prefix, NetworkInput input, Cancellation cancellation) {
        before.run();
        Features features;
        try {
            features = engine.features(prefix, input, cancellation);
        } catch (CancelledException e) {
            cancelled.incrementAndGet();
            throw e;
        }
        synchronized (this) {
            batches.add(input.batch());
        }
        if (input.batch() == 1) {
            return features;
        }
        open.incrementAndGet();
        return new Counted(features);
    }

    private final class Counted implements Features {
        private final Features features;

        Counted(Features features) {
            this.features = features;
        }

        @Override
        public Prefix prefix() {
            return features.prefix();
        }

        @Override
        public int batch() {
            return features.batch();
        }

        @Override
        public int height() {
            return features.height();
        }

        @Override
        public int width() {
            return features.width();
        }

        @Override
        public long sizeBytes() {
            return features.sizeBytes();
        }

        @Override
        public void close() {
            open.decrementAndGet();
            features.close();
        }
    }

    @Override
    public List<Features> split(Features batch, int images) {
        return engine.split(((Counted) batch).features, images);
    }
}
