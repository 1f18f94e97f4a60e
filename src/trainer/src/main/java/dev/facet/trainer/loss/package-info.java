/**
 * What is minimised for each task kind. Read {@link dev.facet.trainer.loss.Loss} first. Depends on {@code engine}.
 */
package dev.facet.trainer.loss;
