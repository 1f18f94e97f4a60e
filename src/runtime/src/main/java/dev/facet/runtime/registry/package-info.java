/**
 * Which packs answer: plugging, replacing, rolling back, removing, and what of it survives a crash. Read {@link
 * dev.facet.runtime.registry.PackRegistry}, {@link dev.facet.runtime.registry.RegistryState} and {@link
 * dev.facet.runtime.registry.PackStore} first. Depends on {@code engine}.
 */
package dev.facet.runtime.registry;
