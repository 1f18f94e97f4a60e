/**
 * What an evaluation found, for machines and for people. Read {@link dev.facet.evaluation.report.Evaluation} first. Commands
 * depend on it; it depends on nothing of ours but core.
 */
package dev.facet.evaluation.report;
