package dev.facet.trainer.step;

/** What tasks that are trained together have in common. Decoders are always private. */
public enum Sharing {
    /**
     * Nothing: each batch is gone through task by task, and each steps its own tensors only. A task ends where it would alone on the
     * same batches.
     */
    NOTHING,
    /**
     * The k×k convolutions of {@code none}, trained by every task in turn at the T-th part of the learning rate; norms and shortcuts are
     * private (the reference's {@code Conv} with several tasks).
     */
    CONVOLUTIONS,
    /** The whole encoder: one forward pass, losses summed, one step ({@code common_mt_params} of the reference). */
    ENCODER
}
