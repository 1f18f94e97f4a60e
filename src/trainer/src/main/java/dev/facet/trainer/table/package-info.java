/**
 * Tables of experiments: what cells there are, what came out of each, and what it says. Read {@link
 * dev.facet.trainer.table.ExperimentTable} first. Depends on {@code config} and on evaluation's reports; the commands depend on it.
 */
package dev.facet.trainer.table;
