/**
 * The training loop, its checkpoints and its result. Read {@link dev.facet.trainer.loop.TrainingRun} first. Depends on the
 * other packages of the trainer.
 */
package dev.facet.trainer.loop;
