package dev.facet.server.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where the server stands on its way down. First it isn't ready any more but still answers, for {@code quarkus.shutdown.delay},
 * and asks clients to connect anew. Then it refuses new requests, since what is in flight would never end otherwise.
 */
@ApplicationScoped
public class Draining {
    private final Vertx vertx;
    private final Duration delay;
    private volatile boolean stopping;
    private volatile boolean refusing;

    Draining(Vertx vertx, @ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        this.vertx = vertx;
        this.delay = delay;
    }

    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
        vertx.setTimer(Math.max(1, delay.toMillis()), timer -> refusing = true);
    }

    /** Whether connections should close after their answer. */
    public boolean isStopping() {
        return stopping;
    }

    /** Whether new requests are refused. */
    public boolean isRefusing() {
        return refusing;
    }
}
