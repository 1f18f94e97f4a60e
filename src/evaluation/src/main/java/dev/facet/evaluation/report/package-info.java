/**
 * What an evaluation found, for machines and for people, and what it gains over baselines. Read {@link
 * dev.facet.evaluation.report.Evaluation} and {@link dev.facet.evaluation.report.Comparison} first. Commands depend on it; it
 * depends on nothing of ours but core.
 */
package dev.facet.evaluation.report;
