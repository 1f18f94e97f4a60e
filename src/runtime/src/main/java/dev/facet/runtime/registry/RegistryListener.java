package dev.facet.runtime.registry;

/** Is told what happens to packs; must return at once and never throw. */
public interface RegistryListener {
    /** A pack became resident. */
    default void plugged(PackView pack, double seconds) {}

    /** A pack is no longer in the registry; it closes with its last lease. */
    default void removed(PackView pack) {}

    /** A pack was refused. */
    default void refused(PackId id, RuntimeException reason) {}
}
