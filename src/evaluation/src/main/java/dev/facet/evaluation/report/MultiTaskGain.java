package dev.facet.evaluation.report;

import java.util.List;

/**
 * The mean relative gain of several tasks over their single-task baselines, in per cent (Maninis, Radosavovic and Kokkinos,
 * Attentive Single-Tasking of Multiple Tasks, CVPR 2019):
 *
 * <pre>Δm = 100/T · Σ_i (−1)^{l_i} (M_i − B_i)/B_i,   l_i = 1 where lower is better</pre>
 *
 * Tables of the method print the drop, −Δm.
 */
public final class MultiTaskGain {
    /**
     * One task.
     *
     * @param value its score
     * @param baseline the score of the baseline, not 0
     * @param lowerIsBetter whether the score is an error
     */
    public record Task(double value, double baseline, boolean lowerIsBetter) {
        public Task {
            if (!Double.isFinite(value) || !Double.isFinite(baseline) || baseline == 0) {
                throw new IllegalArgumentException(
                        "score to compare: value=%s, baseline=%s, expected finite, baseline not 0"
                                .formatted(value, baseline));
            }
        }
    }

    private MultiTaskGain() {}

    /** Δm in per cent; positive is a gain. */
    public static double percent(List<Task> tasks) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("no tasks to compare: count=0");
        }
        double sum = 0;
        for (Task task : tasks) {
            double gain = (task.value() - task.baseline()) / task.baseline();
            sum += task.lowerIsBetter() ? -gain : gain;
        }
        return 100 * sum / tasks.size();
    }
}
