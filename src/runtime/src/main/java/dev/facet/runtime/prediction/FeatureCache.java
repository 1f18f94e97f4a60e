package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.failure.Failures;
import dev.facet.runtime.engine.Features;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Features of images that are in work, each computed once however many ask for them, and of some that just were: those without
 * a holder are kept up to so many bytes, the ones used last. Thread-safe.
 *
 * <p>The computation belongs to all who wait for it: it ends early only when none of them wants it any more.
 */
public final class FeatureCache implements AutoCloseable {
    private final long keptBytes;
    private final Map<FeatureKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long idleBytes;

    /** Features of one key. Its holders are guarded by the cache's lock. */
    private static final class Entry {
        private final FeatureKey key;
        private final CompletableFuture<Features> result = new CompletableFuture<>();
        private final Cancellation computation = Cancellation.withoutDeadline();
        private int holders;

        Entry(FeatureKey key) {
            this.key = key;
        }

        long bytes() {
            return result.join().sizeBytes();
        }
    }

    /** @param keptBytes native bytes of features that are kept for later requests; 0 shares only what is in work */
    public FeatureCache(long keptBytes) {
        if (keptBytes < 0) {
            throw new IllegalArgumentException("feature cache: keptBytes=%d, expected at least 0".formatted(keptBytes));
        }
        this.keptBytes = keptBytes;
    }

    /** A holder's features. They stay open until it closes this. */
    final class Hold implements AutoCloseable {
        private final Entry entry;
        private final boolean shared;
        private boolean handedOver;
        private boolean closed;

        private Hold(Entry entry, boolean shared) {
            this.entry = entry;
            this.shared = shared;
        }

        Features features() {
            return entry.result.join();
        }

        /** Whether somebody else had them computed. */
        boolean isShared() {
            return shared;
        }

        /** The holder doesn't want them any more before it has them. */
        private void abandon() {
            synchronized (this) {
                if (handedOver || closed) {
                    return;
                }
                closed = true;
            }
            leave(entry);
        }

        private Hold handOver(Cancellation cancellation) {
            synchronized (this) {
                if (!closed) {
                    handedOver = true;
                    return this;
                }
            }
            cancellation.check();
            throw new IllegalStateException("features were given up without a reason (bug)");
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            leave(entry);
        }
    }

    /**
     * The features of a key, computed by this thread where nobody has or is about to; else waits for them as long as the work is
     * wanted.
     *
     * @param compute may be called once; told when nobody wants the result any more
     */
    Hold acquire(FeatureKey key, Cancellation cancellation, Function<Cancellation, Features> compute) {
        Entry entry;
        boolean own;
        synchronized (this) {
            entry = entries.get(key);
            own = entry == null;
            if (own) {
                entry = new Entry(key);
                entries.put(key, entry);
            }
            hold(entry);
        }
        Hold hold = new Hold(entry, !own);
        try {
            if (own) {
                // Who gives up leaves at once; the last one to leave ends the computation.
                try (Cancellation.Registration registration = cancellation.onCancel(hold::abandon)) {
                    compute(entry, compute);
                }
            }
            await(entry, cancellation);
            return hold.handOver(cancellation);
        } catch (RuntimeException | Error e) {
            hold.close();
            throw e;
        }
    }

    /** The features of a key where they are there already. */
    Optional<Hold> acquireReady(FeatureKey key) {
        synchronized (this) {
            Entry entry = entries.get(key);
            if (entry == null || !entry.result.isDone() || entry.result.isCompletedExceptionally()) {
                return Optional.empty();
            }
            hold(entry);
            return Optional.of(new Hold(entry, true));
        }
    }

    private void hold(Entry entry) {
        if (entry.holders++ == 0 && entry.result.isDone()) {
            idleBytes -= entry.bytes();
        }
    }

    private void compute(Entry entry, Function<Cancellation, Features> compute) {
        Features features;
        try {
            features = compute.apply(entry.computation);
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                entries.remove(entry.key, entry);
                entry.result.completeExceptionally(e);
            }
            return;
        }
        boolean wanted;
        synchronized (this) {
            wanted = entry.holders > 0;
            if (wanted) {
                entry.result.complete(features);
            } else {
                entries.remove(entry.key, entry);
                entry.result.completeExceptionally(new CancelledException());
            }
        }
        if (!wanted) {
            features.close();
        }
    }

    private static void await(Entry entry, Cancellation cancellation) {
        CompletableFuture<Features> own = entry.result.copy();
        try (Cancellation.Registration registration = cancellation.onCancel(() -> own.cancel(false))) {
            own.get(Math.max(1, cancellation.remainingNanos()), TimeUnit.NANOSECONDS);
            cancellation.check();
        } catch (TimeoutException | CancellationException e) {
            cancellation.check();
            throw new IllegalStateException("features were not waited for without a reason (bug)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        } catch (ExecutionException e) {
            cancellation.check();
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("features failed: " + Failures.describe(e.getCause()), e);
        }
    }

    private void leave(Entry entry) {
        List<Features> closed = new ArrayList<>();
        boolean unwanted;
        synchronized (this) {
            if (--entry.holders > 0) {
                return;
            }
            unwanted = !entry.result.isDone();
            if (unwanted) {
                // Whoever asks from now on computes them anew.
                entries.remove(entry.key, entry);
            } else if (!entry.result.isCompletedExceptionally()) {
                idleBytes += entry.bytes();
                makeRoom(closed);
            }
        }
        if (unwanted) {
            entry.computation.cancel();
        }
        closed.forEach(Features::close);
    }

    private void makeRoom(List<Features> closed) {
        for (Iterator<Entry> each = entries.values().iterator(); idleBytes > keptBytes && each.hasNext(); ) {
            Entry entry = each.next();
            if (entry.holders == 0) {
                each.remove();
                idleBytes -= entry.bytes();
                closed.add(entry.result.join());
            }
        }
    }

    /** Native bytes of features that nobody holds now. */
    public synchronized long idleBytes() {
        return idleBytes;
    }

    /** Bytes of features that may be kept. */
    public long keptBytes() {
        return keptBytes;
    }

    /** Closes what nobody holds; what is held closes with its holders. */
    @Override
    public synchronized void close() {
        for (Iterator<Entry> each = entries.values().iterator(); each.hasNext(); ) {
            Entry entry = each.next();
            if (entry.holders == 0) {
                each.remove();
                idleBytes -= entry.bytes();
                entry.result.join().close();
            }
        }
    }
}
