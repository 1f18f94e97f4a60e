package dev.facet.runtime.registry;

/** What plugging did: the pack, and whether it is new. */
public record Plugged(PackView pack, boolean created) {}
