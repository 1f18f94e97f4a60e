package dev.facet.trainer.loop;

/**
 * Learning rate over time, after a linear rise over the first {@code warmup} steps.
 *
 * @param course how the rate falls
 * @param base first learning rate
 * @param steps steps until it has fallen, at least those of the run
 * @param warmup steps of the rise
 */
public record Schedule(Course course, double base, int steps, int warmup) {
    /** How a rate falls with the share 0 … 1 of the steps that are made. */
    public sealed interface Course {
        /** The factor of the base rate. */
        double factor(double share, double base);
    }

    /** (1 − share)^gamma; 0 keeps the rate constant. */
    public record Polynomial(double gamma) implements Course {
        @Override
        public double factor(double share, double base) {
            return Math.pow(1 - share, gamma);
        }
    }

    /** Half a cosine from the base rate to the least one (Loshchilov and Hutter, ICLR 2017, without restarts). */
    public record Cosine(double least) implements Course {
        @Override
        public double factor(double share, double base) {
            double low = least / base;
            return low + (1 - low) * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }

    /** Rate of step {@code step}, from 0 on. */
    public double rate(int step) {
        double rise = step < warmup ? (step + 1.0) / (warmup + 1) : 1;
        return base * rise * course.factor((double) step / steps, base);
    }
}
