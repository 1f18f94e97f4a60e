package dev.facet.server.configuration;

import java.util.List;
import java.util.Optional;

/** Who may change which packs are served. */
public interface ManagementConfiguration {
    /**
     * The key that management calls must carry as {@code Authorization: Bearer KEY}; unless set, that of the file
     * {@code management.key} in {@link DataConfiguration#dir()}, which the server makes at its first start. Where {@link
     * AccessConfiguration#keys()} is set there is none unless this is set, too.
     */
    Optional<String> key();

    /**
     * Ed25519 public keys, each the Base64 of its X.509 form (what a PEM file has between its marks), separated by commas. Where
     * there are any, every pack, uploaded or of the models folder, must be signed by one of them.
     */
    Optional<List<String>> trustedKeys();
}
