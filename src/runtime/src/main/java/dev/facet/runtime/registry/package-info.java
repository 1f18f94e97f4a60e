/**
 * Which packs answer, and which of them are in memory: plugging, replacing, rolling back, removing, opening on first use,
 * and what of it survives a crash. Read {@link dev.facet.runtime.registry.PackRegistry}, {@link
 * dev.facet.runtime.registry.RegisteredPack} and {@link dev.facet.runtime.registry.PackStore} first. Depends on {@code
 * engine}.
 */
package dev.facet.runtime.registry;
