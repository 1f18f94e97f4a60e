package dev.facet.trainer.loop;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.trainer.work.WorkQueue;

/** Scores answers beside the network. Few wait, since each holds maps of a whole image. Used by one thread. */
public final class ScoringQueue implements AutoCloseable {
    private static final int WAITING = 8;

    private final WorkQueue<Void> queue;

    public ScoringQueue(int threads) {
        queue = new WorkQueue<>("scoring", threads);
    }

    /**
     * Adds an answer to a scorer, soon.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException if this or an earlier answer can't be scored
     */
    public void submit(Scorer scorer, String id, Prediction prediction, Label label) throws InterruptedException {
        queue.submit(() -> {
            scorer.add(id, prediction, label);
            return null;
        });
        if (queue.size() > WAITING) {
            queue.take();
        }
    }

    /**
     * Waits until everything is scored.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException if an answer can't be scored
     */
    public void drain() throws InterruptedException {
        while (queue.size() > 0) {
            queue.take();
        }
    }

    /** Forgets what isn't scored yet. */
    void cancel() {
        queue.cancel();
    }

    @Override
    public void close() {
        queue.close();
    }
}
