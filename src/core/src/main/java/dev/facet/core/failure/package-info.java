/**
 * What a command says of a failure. Read {@link dev.facet.core.failure.Failures}. Everyone may depend on it; it depends on
 * nothing of ours.
 */
package dev.facet.core.failure;
