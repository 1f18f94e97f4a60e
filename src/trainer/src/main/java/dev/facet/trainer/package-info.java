/**
 * The commands of the trainer. Read {@link dev.facet.trainer.TrainerMain} and {@link dev.facet.trainer.TrainCommand} first.
 * Depends on the other packages of the trainer.
 */
package dev.facet.trainer;
