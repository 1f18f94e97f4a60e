package dev.facet.server.configuration;

import java.util.List;
import java.util.Optional;

/** Packs that are treated otherwise than the others: each a {@code NAME}, its active version, or a {@code NAME@VERSION}. */
public interface PacksConfiguration {
    /** Packs that are opened at the start and stay in memory, as the default packs of the kinds do. */
    Optional<List<String>> pinned();

    /** Packs without which the server isn't ready; they are pinned too. */
    Optional<List<String>> required();
}
