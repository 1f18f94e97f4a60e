package dev.facet.server.configuration;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Who may call the server. */
public interface AccessConfiguration {
    /**
     * A file of keys by their hashes, with their scopes and limits; read again when it changes. Where it is set, predictions and lists
     * need a key, and no {@code management.key} is made.
     */
    Optional<Path> keys();

    /** Whether predictions and lists stay open to callers without a key where {@link #keys()} is set. */
    @WithDefault("false")
    boolean openPredictions();

    /**
     * Whether TLS asks each client for a certificate, and lets none in without one that {@code
     * quarkus.http.ssl.certificate.trust-store-file} trusts.
     */
    @WithDefault("false")
    boolean clientCertificates();
}
