/**
 * Configurations of runs. Read {@link dev.facet.trainer.config.TrainingConfiguration} first. Depends on {@code core},
 * {@code loss} and {@code step}.
 */
package dev.facet.trainer.config;
