package dev.facet.server.lifecycle;

import dev.facet.server.access.AccessKeys;
import dev.facet.server.access.ManagementKey;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.vertx.core.http.HttpServerOptions;
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
    private final AccessKeys keys;
    private final Duration delay;

    Announcements(ManagementKey key, AccessKeys keys, @ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        this.key = key;
        this.keys = keys;
        this.delay = delay;
    }

    void listening(@ObservesAsync HttpServerStart start) {
        listening("http", start.options());
    }

    void listening(@ObservesAsync HttpsServerStart start) {
        listening("https", start.options());
    }

    private void listening(String scheme, HttpServerOptions options) {
        String host = options.getHost();
        LOG.infof(
                "listening: %s://%s:%d (web page, /q/swagger-ui), management: %s%s",
                scheme,
                host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host,
                options.getPort(),
                key.file()
                        .map(file -> "with the key in " + file)
                        .orElse(keys.hasFile() ? "with a key of facet.access.keys" : "with the configured key"),
                keys.isOpen() ? "" : ", predictions: with a key");
    }

    void stopping(@Observes ShutdownDelayInitiatedEvent event) {
        LOG.infof(
                "stopping: no longer ready; new requests are answered for %d s more, then those in progress are finished",
                delay.toSeconds());
    }
}
