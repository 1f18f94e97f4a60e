/**
 * What an evaluation found, for machines and for people, and what it gains over baselines. Read {@link
 * dev.facet.evaluation.report.Evaluation} and {@link dev.facet.evaluation.report.Comparison} first. Commands and the trainer depend on it;
 * it depends on core, on the labels of {@code dataset} and on the alignment of {@code metric}.
 */
package dev.facet.evaluation.report;
