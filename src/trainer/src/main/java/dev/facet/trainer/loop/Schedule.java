package dev.facet.trainer.loop;

/**
 * Learning rate over time: base·(1 − i/steps)^gamma, after a linear rise over the first {@code warmup} steps.
 *
 * @param base first learning rate
 * @param steps steps of the run
 * @param gamma exponent; 0 keeps the rate constant
 * @param warmup steps of the rise
 */
public record Schedule(double base, int steps, double gamma, int warmup) {
    /** Rate of step {@code step}, from 0 on. */
    public double rate(int step) {
        double rise = step < warmup ? (step + 1.0) / (warmup + 1) : 1;
        return base * rise * Math.pow(1 - (double) step / steps, gamma);
    }
}
