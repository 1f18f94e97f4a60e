package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Has TLS ask each client for a certificate, where that is set: Quarkus' own setting can't be changed once the server is built. */
@ApplicationScoped
class ClientCertificates implements HttpServerOptionsCustomizer {
    private static final Logger LOG = Logger.getLogger(ClientCertificates.class);

    private final boolean wanted;
    private final String insecure;

    ClientCertificates(
            FacetConfiguration configuration,
            @ConfigProperty(name = "quarkus.http.insecure-requests", defaultValue = "enabled") String insecure) {
        this.wanted = configuration.access().clientCertificates();
        this.insecure = insecure;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        if (wanted && !insecure.equalsIgnoreCase("disabled")) {
            LOG.warnf(
                    "client certificates are asked for over TLS only, and port %d is open without:"
                            + " expected quarkus.http.insecure-requests=disabled",
                    options.getPort());
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (wanted) {
            options.setClientAuth(ClientAuth.REQUIRED);
        }
    }
}
