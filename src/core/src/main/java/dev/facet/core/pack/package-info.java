/**
 * Modulator packs and their files. Read {@link dev.facet.core.pack.ModulatorPack} and {@link
 * dev.facet.core.pack.PackManifest} first. Depends on {@code bank} and {@code task}.
 */
package dev.facet.core.pack;
