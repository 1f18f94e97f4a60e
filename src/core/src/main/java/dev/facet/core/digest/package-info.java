/**
 * The one hash of the project. Read {@link dev.facet.core.digest.Sha256}. Everyone may depend on it; it depends on nothing of
 * ours.
 */
package dev.facet.core.digest;
