package dev.facet.trainer.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** How fast a run goes, and its mean losses since the last line. */
final class Pace {
    private final RunSettings settings;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private long begin = System.nanoTime();
    private long waited;
    private int beginStep;
    private int count;

    Pace(RunSettings settings, int step) {
        this.settings = settings;
        this.beginStep = step;
    }

    void add(Map<String, Double> losses) {
        losses.forEach((task, loss) -> sums.merge(task, loss, Double::sum));
        count++;
    }

    /**
     * What a line says.
     *
     * @param losses by task, the mean since the last line
     * @param imagesPerSecond images of batches, however many tasks are trained on each
     * @param waitingShare share of the time that was spent waiting for batches
     */
    record Report(Map<String, Double> losses, double rate, double imagesPerSecond, double waitingShare, long left) {
        double loss() {
            return losses.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        /** For example {@code step 20/10000: loss 1.2345, rate 0.0200, 15.2 images/s, 1:27:00 left}. */
        String line(int step, int steps) {
            StringJoiner parts = new StringJoiner(", ", " (", ")").setEmptyValue("");
            if (losses.size() > 1) {
                losses.forEach((task, loss) -> parts.add("%s %.4f".formatted(task, loss)));
            }
            String waiting = waitingShare < 0.1 ? "" : ", %.0f %% waiting for data".formatted(100 * waitingShare);
            return "step %d/%d: loss %.4f%s, rate %.5f, %.1f images/s%s, %d:%02d:%02d left"
                    .formatted(
                            step,
                            steps,
                            loss(),
                            parts,
                            rate,
                            imagesPerSecond,
                            waiting,
                            left / 3600,
                            left / 60 % 60,
                            left % 60);
        }
    }

    /**
     * What happened since the last report, which begins the next one.
     *
     * @param waitedNanos how long batches were waited for since the beginning
     */
    Report report(int step, long waitedNanos) {
        Report report = now(step, waitedNanos);
        sums.clear();
        count = 0;
        restart(step, waitedNanos);
        return report;
    }

    /** What happened since the last report, up to now. */
    Report now(int step, long waitedNanos) {
        double seconds = Math.max(1e-9, (System.nanoTime() - begin) / 1e9);
        double stepsPerSecond = (step - beginStep) / seconds;
        long left = stepsPerSecond == 0 ? 0 : Math.round((settings.steps() - step) / stepsPerSecond);
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((task, sum) -> means.put(task, sum / count));
        return new Report(
                means,
                settings.schedule().rate(step - 1),
                stepsPerSecond
                        * settings.batching().size()
                        * settings.batching().accumulated(),
                (waitedNanos - waited) / 1e9 / seconds,
                left);
    }

    /** Leaves out the time since the last line. */
    void restart(int step, long waitedNanos) {
        begin = System.nanoTime();
        waited = waitedNanos;
        beginStep = step;
    }
}
