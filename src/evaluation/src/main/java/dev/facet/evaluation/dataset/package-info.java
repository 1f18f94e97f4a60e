/**
 * Data sets in their own layouts, labels as they are scored. Read {@link dev.facet.evaluation.dataset.LabelledDataset} and
 * {@link dev.facet.evaluation.dataset.Label} first. Metrics and the trainer depend on it; it depends on core, on MAT files and,
 * for labels made of segments, on the boundaries.
 */
package dev.facet.evaluation.dataset;
