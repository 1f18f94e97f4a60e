/**
 * TensorBoard's event files, written without TensorFlow. Read {@link dev.facet.trainer.tensorboard.EventFile} first. Depends on
 * nothing of ours; the training loop depends on it.
 */
package dev.facet.trainer.tensorboard;
