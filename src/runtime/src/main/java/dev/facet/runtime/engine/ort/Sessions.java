package dev.facet.runtime.engine.ort;

import dev.facet.runtime.engine.EngineReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The open sessions of an engine by what they were built for. A session lives from its first holder to its last; so the
 * bank lies in memory once per signature in use, and signatures that come and go leave nothing behind. While one is built,
 * which takes seconds, only those who want the same one wait. Thread-safe.
 */
final class Sessions {
    private final Map<Object, Entry> open = new LinkedHashMap<>();

    /** A session, built or being built. {@code holders} is guarded by the map's lock, building by the entry's own. */
    private static final class Entry {
        private int holders;
        private volatile SharedSession session;

        synchronized SharedSession build(Supplier<SharedSession> builder) {
            if (session == null) {
                session = builder.get();
            }
            return session;
        }

        void close() {
            SharedSession built = session;
            if (built != null) {
                built.close();
            }
        }
    }

    /** The session of that key, built where there is none. Every call is followed by one {@link #release}. */
    SharedSession acquire(Object key, Supplier<SharedSession> builder) {
        Entry entry;
        synchronized (this) {
            entry = open.computeIfAbsent(key, absent -> new Entry());
            entry.holders++;
        }
        try {
            return entry.build(builder);
        } catch (RuntimeException | Error e) {
            release(key);
            throw e;
        }
    }

    /** Gives a hold back. */
    void release(Object key) {
        Entry entry;
        synchronized (this) {
            entry = open.get(key);
            if (entry == null) {
                throw new IllegalStateException("session was not held: %s (bug)".formatted(key));
            }
            if (--entry.holders > 0) {
                return;
            }
            open.remove(key);
        }
        entry.close();
    }

    /** One entry per open session. */
    synchronized List<EngineReport.Session> report() {
        return open.values().stream()
                .filter(entry -> entry.session != null)
                .map(entry -> new EngineReport.Session(entry.session.label(), entry.session.bankBytes(), entry.holders))
                .toList();
    }
}
