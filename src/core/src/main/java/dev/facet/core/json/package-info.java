/**
 * Strict JSON for the manifests. Read {@link dev.facet.core.json.StrictJson}. Everyone may depend on it; it depends on
 * nothing of ours.
 */
package dev.facet.core.json;
