package dev.facet.runtime.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state of a registry and its one way to change: under a lock, the index first, so that what readers see is on disk
 * already. Readers never wait. Thread-safe.
 */
final class CommittedState {
    private final PackStore store;
    private final RegistryListener listener;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile RegistryState state;
    private boolean closed;

    CommittedState(PackStore store, RegistryState state, RegistryListener listener) {
        this.store = store;
        this.state = state;
        this.listener = listener;
        tellWeights(Map.of(), state);
    }

    RegistryState get() {
        return state;
    }

    /** What is done under the lock: it reads the state, commits others, and doesn't take long. */
    @FunctionalInterface
    interface Change<T> {
        T make() throws IOException;
    }

    /** Makes a change, when those before it are made; {@link IllegalStateException} once it is closed. */
    <T> T change(Change<T> change) throws IOException {
        changes.lock();
        try {
            if (closed) {
                throw new IllegalStateException("registry is closed");
            }
            return change.make();
        } finally {
            changes.unlock();
        }
    }

    /** The next state, stored; called within a change. On failure the state is as it was. */
    void commit(RegistryState next) throws IOException {
        store.writeIndex(next.index());
        Map<String, Map<String, Integer>> before = state.snapshot().rollouts().weights();
        state = next;
        tellWeights(before, next);
    }

    private void tellWeights(Map<String, Map<String, Integer>> before, RegistryState next) {
        Map<String, Map<String, Integer>> after = next.snapshot().rollouts().weights();
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Map<String, Integer> weights = after.getOrDefault(name, Map.of());
            if (!weights.equals(before.get(name))) {
                listener.divided(name, weights);
            }
        }
    }

    /** The next state where what is stored doesn't differ; called within a change. */
    void replace(RegistryState next) {
        state = next;
    }

    /** Lets no change in any more and shows no packs; the last state that had some. */
    RegistryState close() {
        changes.lock();
        try {
            RegistryState last = state;
            closed = true;
            state = last.closed();
            return last;
        } finally {
            changes.unlock();
        }
    }
}
