package dev.facet.runtime.schedule;

/**
 * How long a unit of cost keeps the server busy, measured: time with at least one request under way over the cost that was done
 * in it, recent work counting most. So it is the throughput under load, however many requests overlap. Guarded by its holder.
 */
final class Speed {
    private static final double SMOOTHING = 0.15;
    /** Before the first measurement: 0.1 s for 512² pixels. */
    private static final double FIRST_SECONDS_PER_COST = 0.1 / (512 * 512);

    private double seconds = FIRST_SECONDS_PER_COST;
    private double cost = 1;
    private long busySince;
    private double busySeconds;

    void becameBusy(long nanos) {
        busySince = nanos;
    }

    void becameIdle(long nanos) {
        busySeconds += (nanos - busySince) / 1e9;
    }

    /** Some work is done; the server is still busy. */
    void done(long nanos, long doneCost) {
        busySeconds += (nanos - busySince) / 1e9;
        busySince = nanos;
        seconds += SMOOTHING * (busySeconds - seconds);
        cost += SMOOTHING * (Math.max(1, doneCost) - cost);
        busySeconds = 0;
    }

    double secondsFor(double units) {
        return units * seconds / cost;
    }
}
