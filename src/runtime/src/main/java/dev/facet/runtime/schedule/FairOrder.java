package dev.facet.runtime.schedule;

import java.util.HashMap;
import java.util.Map;

/**
 * Start-time fair queuing (Goyal, Vin and Cheng, SIGCOMM 1996, section 2): each request starts, in virtual time, when its
 * client's last one finishes, or now; who asks for much waits behind who asks for little. Guarded by its holder.
 */
final class FairOrder {
    private final Map<String, Double> finishes = new HashMap<>();
    private double now;

    /** The virtual start of a client's next request. */
    double start(String client, long cost) {
        double start = Math.max(now, finishes.getOrDefault(client, 0.0));
        finishes.put(client, start + Math.max(1, cost));
        return start;
    }

    /** A request with that start begins; clients that owe nothing are forgotten. */
    void begins(double start) {
        now = Math.max(now, start);
        finishes.values().removeIf(finish -> finish <= now);
    }

    /** A client's request with that start, its last one, leaves without having run. */
    void withdraw(String client, double start, long cost) {
        finishes.computeIfPresent(client, (key, finish) -> {
            double left = finish == start + Math.max(1, cost) ? start : finish;
            return left > now ? Double.valueOf(left) : null;
        });
    }
}
