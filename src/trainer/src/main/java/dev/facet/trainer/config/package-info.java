/**
 * Configurations of runs. Read {@link dev.facet.trainer.config.TrainingConfiguration} first. Depends on {@code core}
 * and {@code step}.
 */
package dev.facet.trainer.config;
