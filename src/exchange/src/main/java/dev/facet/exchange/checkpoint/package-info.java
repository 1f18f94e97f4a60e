/**
 * Networks of other programs: PyTorch checkpoints read without running them, and the names of torchvision and of the
 * method's reference. Read {@link dev.facet.exchange.checkpoint.CheckpointReader} first. Depends on {@code bank} and {@code
 * pack}.
 */
package dev.facet.exchange.checkpoint;
