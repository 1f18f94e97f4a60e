package dev.facet.server.lifecycle;

import dev.facet.server.http.ManagementKey;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Says in the log where the server listens, and when it begins to stop. */
@ApplicationScoped
class Announcements {
    private static final Logger LOG = Logger.getLogger(Announcements.class);

    private final ManagementKey key;
    private final Duration delay;

    Announcements(ManagementKey key, @ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        this.key = key;
        this.delay = delay;
    }

    void listening(@ObservesAsync HttpServerStart start) {
        String host = start.options().getHost();
        LOG.infof(
                "listening: http://%s:%d (web page, /q/swagger-ui), management: %s",
                host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host,
                start.options().getPort(),
                key.file().map(file -> "with the key in " + file).orElse("with the configured key"));
    }

    void stopping(@Observes ShutdownDelayInitiatedEvent event) {
        LOG.infof(
                "stopping: no longer ready; new requests are answered for %d s more, then those in progress are finished",
                delay.toSeconds());
    }
}
