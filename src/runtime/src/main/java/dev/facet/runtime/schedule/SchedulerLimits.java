package dev.facet.runtime.schedule;

import java.time.Duration;

/**
 * What a scheduler admits.
 *
 * @param underWay requests that are worked on at the same time, whatever stage they are at
 * @param maxWait longest expected wait of a request in the queue; who would wait longer is refused
 * @param fewest requests of usual cost that may be ahead of another one, however long they take
 */
public record SchedulerLimits(int underWay, Duration maxWait, int fewest) {
    public SchedulerLimits {
        if (underWay < 1 || maxWait.isNegative() || fewest < 0) {
            throw new IllegalArgumentException(
                    "scheduler limits: underWay=%d, maxWait=%s, fewest=%d, expected at least 1, 0 and 0"
                            .formatted(underWay, maxWait, fewest));
        }
    }
}
