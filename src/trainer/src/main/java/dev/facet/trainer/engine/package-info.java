/**
 * DJL's PyTorch engine as we use it. Read {@link dev.facet.trainer.engine.TorchEngine} and {@link
 * dev.facet.trainer.engine.Ops} first. Every other package of the trainer may depend on it; it depends on {@code core}.
 */
package dev.facet.trainer.engine;
