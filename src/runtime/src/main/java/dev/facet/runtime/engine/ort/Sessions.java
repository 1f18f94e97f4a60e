package dev.facet.runtime.engine.ort;

import dev.facet.runtime.engine.EngineReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The open sessions of an engine by what they were built for. A session lives from its first holder to its last; so the
 * bank lies in memory once per signature in use, and signatures that come and go leave nothing behind. Thread-safe.
 */
final class Sessions {
    private final Map<Object, SharedSession> open = new LinkedHashMap<>();

    /** The session of that key, built where there is none. Every call is followed by one {@link #release}. */
    synchronized SharedSession acquire(Object key, Supplier<SharedSession> builder) {
        SharedSession session = open.get(key);
        if (session == null) {
            session = builder.get();
            open.put(key, session);
        }
        session.hold();
        return session;
    }

    /** Gives a hold back. */
    synchronized void release(Object key) {
        SharedSession session = open.get(key);
        if (session == null) {
            throw new IllegalStateException("session was not held: %s (bug)".formatted(key));
        }
        if (session.release()) {
            open.remove(key);
        }
    }

    /** One entry per open session. */
    synchronized List<EngineReport.Session> report() {
        return open.values().stream()
                .map(session -> new EngineReport.Session(session.label(), session.bankBytes(), session.holders()))
                .toList();
    }
}
