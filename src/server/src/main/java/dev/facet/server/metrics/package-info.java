/**
 * What is counted and timed, under the names of docs/api.md. Read {@link dev.facet.server.metrics.PredictionMeters} and
 * {@link dev.facet.server.metrics.PackMeters}. Resources depend on it.
 */
package dev.facet.server.metrics;
