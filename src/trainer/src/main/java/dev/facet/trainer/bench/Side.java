package dev.facet.trainer.bench;

import dev.facet.trainer.sample.Batch;

/** One way to train; a step takes a batch and moves the weights. */
interface Side extends AutoCloseable {
    /** One step; returns the loss before it. */
    double step(Batch batch);

    @Override
    void close();
}
