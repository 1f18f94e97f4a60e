/**
 * Which packs are served: listing, uploading, downloading, removing, activating, defaults, and what bank and packs cost. Read
 * {@link dev.facet.server.management.PacksResource} first. Depends on {@code http}, {@code problem} and {@code configuration};
 * nothing depends on it.
 */
package dev.facet.server.management;
