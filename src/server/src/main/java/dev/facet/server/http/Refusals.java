package dev.facet.server.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what the server refuses before a resource is asked: {@code facet_http_refused_total{reason}}. Thread-safe. */
@Startup
@ApplicationScoped
class Refusals {
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    /** Why; the label is the name in lower case. */
    enum Reason {
        /** More bytes than an address takes. */
        BODY_TOO_LARGE,
        /** A body that came too slowly, or took too long. */
        BODY_TOO_SLOW,
        /** No memory for what arrived. */
        MEMORY,
        /** More connections than the server takes. */
        CONNECTIONS,
        /** More connections than one address may have. */
        ADDRESS_CONNECTIONS,
        /** A client that stopped reading its answer. */
        ANSWER_UNREAD,
        /** A call without a key that it needs. */
        UNAUTHORIZED,
        /** A call with a key that hasn't the scope. */
        FORBIDDEN,
        /** Calls that come faster than their key allows. */
        RATE,
        /** A call from a web page whose origin isn't allowed. */
        ORIGIN,
        /** A request that came while the server was about to stop. */
        DRAINING
    }

    Refusals(MeterRegistry meters) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("facet.http.refused")
                            .description("What the server refused before a resource was asked")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    void count(Reason reason) {
        counters.get(reason).increment();
    }
}
