package dev.facet.runtime.registry;

import java.util.Map;

/** Is told what happens to packs; must return at once and never throw. Thread-safe. */
public interface RegistryListener {
    /** A pack was uploaded and is registered. */
    default void plugged(PackDescription pack, double seconds) {}

    /** A pack is no longer registered; it closes with its last lease. */
    default void removed(PackDescription pack) {}

    /** An upload was refused. */
    default void refused(PackId id, RuntimeException reason) {}

    /**
     * A pack is in memory.
     *
     * @param sizeBytes native bytes that it alone holds
     * @param seconds to read, check and prepare it
     */
    default void opened(PackDescription pack, long sizeBytes, double seconds) {}

    /** A pack is no longer in memory. */
    default void closed(PackDescription pack) {}

    /** A pack couldn't be opened. */
    default void failed(PackDescription pack, String reason) {}

    /**
     * The requests to a pack are divided between its versions, or no longer.
     *
     * @param weights percent by version; none where the active version gets all
     */
    default void divided(String name, Map<String, Integer> weights) {}
}
