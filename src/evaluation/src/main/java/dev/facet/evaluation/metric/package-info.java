/**
 * Scores of predictions, one class for each task kind. Read {@link dev.facet.evaluation.metric.Scorer} first. Reports, the
 * trainer's validation and {@code facet evaluate} depend on it; it depends on the labels and the boundary benchmark.
 */
package dev.facet.evaluation.metric;
