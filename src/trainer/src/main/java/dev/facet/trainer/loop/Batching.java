package dev.facet.trainer.loop;

import dev.facet.trainer.sample.LastBatch;

/**
 * The batches of a run.
 *
 * @param size views of a batch, at least 2
 * @param last what the images at the end of a pass become
 * @param accumulated batches whose mean gradient makes one step; norms see each by itself
 * @param workers threads that make views; changes nothing but the time
 */
public record Batching(int size, LastBatch last, int accumulated, int workers) {
    public Batching {
        if (accumulated < 1) {
            throw new IllegalArgumentException(
                    "batches of a step: value=%d, expected at least 1".formatted(accumulated));
        }
    }
}
