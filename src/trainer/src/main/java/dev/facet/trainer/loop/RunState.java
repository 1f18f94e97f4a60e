package dev.facet.trainer.loop;

/**
 * Where a run stands.
 *
 * @param step steps made
 * @param seed seed of the run
 * @param bestStep step with the best score, 0 before there is one
 * @param bestScore best score, larger is better
 */
public record RunState(int step, long seed, int bestStep, double bestScore) {
    static RunState begin(long seed) {
        return new RunState(0, seed, 0, -Double.MAX_VALUE);
    }

    RunState next() {
        return new RunState(step + 1, seed, bestStep, bestScore);
    }

    RunState withBest(double score) {
        return new RunState(step, seed, step, score);
    }
}
