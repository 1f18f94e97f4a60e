package dev.facet.runtime.schedule;

import java.time.Duration;

/**
 * What a scheduler admits.
 *
 * @param underWay requests that are worked on at the same time, whatever stage they are at
 * @param maxWait longest expected wait of a request in the queue, or seven times what requests take where that is longer; who
 *     would wait longer is refused
 */
public record SchedulerLimits(int underWay, Duration maxWait) {
    public SchedulerLimits {
        if (underWay < 1 || maxWait.isNegative()) {
            throw new IllegalArgumentException("scheduler limits: underWay=%d, maxWait=%s, expected at least 1 and 0"
                    .formatted(underWay, maxWait));
        }
    }
}
