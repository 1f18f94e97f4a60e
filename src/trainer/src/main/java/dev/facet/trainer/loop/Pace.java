package dev.facet.trainer.loop;

/** How fast a run goes, and its mean loss since the last line. */
final class Pace {
    private final RunSettings settings;
    private long begin = System.nanoTime();
    private int beginStep;
    private double sum;
    private int count;

    Pace(RunSettings settings, int step) {
        this.settings = settings;
        this.beginStep = step;
    }

    void add(double loss) {
        sum += loss;
        count++;
    }

    /** One line, for example {@code step 20/10000: loss 1.2345, rate 0.0200, 15.2 images/s, 1 h 27 min left}. */
    String line(int step) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        double stepsPerSecond = (step - beginStep) / seconds;
        long left = Math.round((settings.steps() - step) / stepsPerSecond);
        String line = "step %d/%d: loss %.4f, rate %.5f, %.1f images/s, %d:%02d:%02d left"
                .formatted(
                        step,
                        settings.steps(),
                        sum / count,
                        settings.schedule().rate(step - 1),
                        stepsPerSecond * settings.batchSize(),
                        left / 3600,
                        left / 60 % 60,
                        left % 60);
        sum = 0;
        count = 0;
        restart(step);
        return line;
    }

    /** Leaves out the time since the last line. */
    void restart(int step) {
        begin = System.nanoTime();
        beginStep = step;
    }
}
