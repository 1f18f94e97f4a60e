/**
 * The boundary benchmark: suppression, thinning, matching, ODS, OIS and AP. Read
 * {@link dev.facet.evaluation.boundary.BoundaryBenchmark} first, then {@link dev.facet.evaluation.boundary.NearestMatching}.
 * Metrics and reports depend on it; it depends on nothing of ours.
 */
package dev.facet.evaluation.boundary;
