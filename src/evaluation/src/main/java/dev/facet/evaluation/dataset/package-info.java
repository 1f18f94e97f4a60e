/**
 * Data sets in their own layouts, labels as they are scored. Read {@link dev.facet.evaluation.dataset.PlainDataset} and
 * {@link dev.facet.evaluation.dataset.Label} first. Metrics and the trainer depend on it; it depends on core only.
 */
package dev.facet.evaluation.dataset;
