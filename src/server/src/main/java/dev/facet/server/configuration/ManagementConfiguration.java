package dev.facet.server.configuration;

import java.util.Optional;

/** Who may change which packs are served. */
public interface ManagementConfiguration {
    /**
     * The key that management calls must carry as {@code Authorization: Bearer KEY}. While there is none, they are answered to
     * the loopback address only.
     */
    Optional<String> key();
}
