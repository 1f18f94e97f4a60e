package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.network.Stage;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.schedule.EngineTurns;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One image on its way through networks: as input, made once per input policy, and as features, run once per prefix, however many
 * packs ask for them. Where they are in the cache, the image isn't even decoded. Thread-safe; closing gives everything back, so no run
 * may be under way then.
 */
public final class NetworkInputs implements AutoCloseable {
    private final InputSource image;
    private final Engine engine;
    private final EngineTurns turns;
    private final FeatureBatches batches;
    private final InputBuffers buffers;
    private final FeatureCache cache;
    private final RequestListener listener;
    private final Map<Frame, FloatBuffer> inputs = new HashMap<>();
    private final List<FeatureCache.Hold> holds = new ArrayList<>();
    private final Map<FeatureKey, Acquired> prepared = new HashMap<>();

    /**
     * An image whose prefixes are run for it alone.
     *
     * @param turns taken for each run
     * @param cache where images that have a digest share features with other requests
     */
    public NetworkInputs(
            InputSource image, Engine engine, EngineTurns turns, InputBuffers buffers, FeatureCache cache) {
        this(image, engine, new FeatureBatches(engine, turns, buffers, 1), buffers, cache);
    }

    /** @param batches by which prefixes are run; its turns are taken for each run of a pack, too */
    public NetworkInputs(
            InputSource image, Engine engine, FeatureBatches batches, InputBuffers buffers, FeatureCache cache) {
        this(image, engine, batches, buffers, cache, RequestListener.NONE);
    }

    /** @param listener of the request whose image it is */
    NetworkInputs(
            InputSource image,
            Engine engine,
            FeatureBatches batches,
            InputBuffers buffers,
            FeatureCache cache,
            RequestListener listener) {
        this.listener = listener;
        this.image = image;
        this.engine = engine;
        this.turns = batches.turns();
        this.batches = batches;
        this.buffers = buffers;
        // Without a digest, the packs of this image alone share.
        this.cache = image.digest().isPresent() ? cache : new FeatureCache(0);
    }

    /** How the image lies in a pack's input. */
    public Frame frame(AnsweringPack pack) {
        return engine.frame(pack.manifest().input(), image.height(), image.width());
    }

    /**
     * Gets the features that a pack takes, unless they are here, so that packs which then run side by side find them. Called for packs
     * in turn, shallow prefixes first.
     */
    void prepare(AnsweringPack pack, Frame frame, Cancellation cancellation) {
        FeatureKey key = key(frame, pack.prefix());
        if (!pack.prefix().isEmpty() && !prepared.containsKey(key)) {
            prepared.put(key, acquire(pack, frame, cancellation));
        }
    }

    /** What a pack answers for the image. */
    public PackAnswer run(AnsweringPack pack, Frame frame, Cancellation cancellation) {
        Prefix prefix = pack.prefix();
        if (prefix.isEmpty()) {
            long begin = System.nanoTime();
            NetworkInput input = input(frame, cancellation);
            long end = System.nanoTime();
            listener.ended(RequestStage.INPUT, pack.manifest(), begin, end);
            PrefixTimes times = new PrefixTimes(end - begin, 0, 0);
            try (Features features = engine.features(prefix, input, cancellation)) {
                return run(pack, features, FeatureSource.IMAGE, times, cancellation);
            }
        }
        Acquired acquired;
        synchronized (this) {
            // The first pack has what they took; to others they are shared.
            acquired = prepared.remove(key(frame, prefix));
        }
        if (acquired == null) {
            acquired = acquire(pack, frame, cancellation);
        }
        FeatureSource source = acquired.hold.isShared() ? FeatureSource.SHARED : FeatureSource.COMPUTED;
        return run(pack, acquired.hold.features(), source, acquired.times, cancellation);
    }

    /** Features that stay until this closes, and what getting at them took. */
    private record Acquired(FeatureCache.Hold hold, PrefixTimes times) {}

    private Acquired acquire(AnsweringPack pack, Frame frame, Cancellation cancellation) {
        Prefix prefix = pack.prefix();
        long begin = System.nanoTime();
        FeatureRun run = new FeatureRun(frame, prefix);
        FeatureCache.Hold hold = cache.acquire(key(frame, prefix), cancellation, run::compute);
        synchronized (this) {
            holds.add(hold);
        }
        long end = System.nanoTime();
        if (run.inputNanos > 0) {
            listener.ended(RequestStage.INPUT, pack.manifest(), begin, begin + run.inputNanos);
        }
        listener.ended(RequestStage.PREFIX, pack.manifest(), begin + run.inputNanos, end);
        return new Acquired(hold, run.times(end - begin));
    }

    private FeatureKey key(Frame frame, Prefix prefix) {
        return new FeatureKey(image.digest().orElse(""), frame, prefix);
    }

    /** Makes an input of the image, where it isn't there yet. */
    private NetworkInput input(Frame frame, Cancellation cancellation) {
        image.load(cancellation);
        FloatBuffer buffer;
        synchronized (this) {
            buffer = inputs.get(frame);
            if (buffer == null) {
                FloatBuffer fresh = buffers.take(frame.paddedHeight(), frame.paddedWidth());
                try {
                    image.fill(frame, engine.bank().manifest().input(), fresh, cancellation);
                } catch (RuntimeException | Error e) {
                    buffers.giveBack(fresh);
                    throw e;
                }
                inputs.put(frame, fresh);
                buffer = fresh;
            }
        }
        return NetworkInput.of(buffer.duplicate(), frame.paddedHeight(), frame.paddedWidth());
    }

    private PackAnswer run(
            AnsweringPack pack,
            Features features,
            FeatureSource source,
            PrefixTimes before,
            Cancellation cancellation) {
        long begin = System.nanoTime();
        try (EngineTurns.Turn turn = turns.take(cancellation)) {
            long started = System.nanoTime();
            NetworkOutput output = pack.run(features, cancellation).get(0);
            long ended = System.nanoTime();
            listener.ended(RequestStage.QUEUE, pack.manifest(), begin, started);
            listener.ended(RequestStage.COMPUTE, pack.manifest(), started, ended);
            return new PackAnswer(
                    output, source, before.input(), before.queue() + started - begin, before.prefix(), ended - started);
        }
    }

    private record PrefixTimes(long input, long queue, long prefix) {}

    /** One computation of features, and how long its parts took. */
    private final class FeatureRun {
        private final Frame frame;
        private final Prefix prefix;
        private long inputNanos;
        private long waitNanos;

        FeatureRun(Frame frame, Prefix prefix) {
            this.frame = frame;
            this.prefix = prefix;
        }

        PrefixTimes times(long allNanos) {
            return new PrefixTimes(inputNanos, waitNanos, allNanos - inputNanos - waitNanos);
        }

        Features compute(Cancellation cancellation) {
            try (FeatureCache.Hold shallower = shallower().orElse(null)) {
                if (shallower != null) {
                    try (EngineTurns.Turn turn = take(cancellation)) {
                        return engine.extend(shallower.features(), prefix, cancellation);
                    }
                }
            }
            long begin = System.nanoTime();
            NetworkInput input = input(frame, cancellation);
            inputNanos = System.nanoTime() - begin;
            FeatureBatches.Computed computed = batches.features(prefix, input, cancellation);
            waitNanos = computed.waitNanos();
            return computed.features();
        }

        private EngineTurns.Turn take(Cancellation cancellation) {
            long begin = System.nanoTime();
            EngineTurns.Turn turn = turns.take(cancellation);
            waitNanos = System.nanoTime() - begin;
            return turn;
        }

        /** Features of the deepest prefix that this one extends, where there are some. */
        private Optional<FeatureCache.Hold> shallower() {
            for (int cut = prefix.end().ordinal() - 1; cut > 0; cut--) {
                Prefix shallower = prefix.cutAt(Stage.values()[cut]);
                Optional<FeatureCache.Hold> hold =
                        prefix.canExtend(shallower) ? cache.acquireReady(key(frame, shallower)) : Optional.empty();
                if (hold.isPresent()) {
                    return hold;
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        holds.forEach(FeatureCache.Hold::close);
        holds.clear();
        prepared.clear();
        inputs.values().forEach(buffers::giveBack);
        inputs.clear();
    }
}
