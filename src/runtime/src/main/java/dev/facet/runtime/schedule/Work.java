package dev.facet.runtime.schedule;

import dev.facet.core.cancellation.Cancellation;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One request for the scheduler. Either {@code run} or {@code refused} is called, once: {@code run} on a thread of the
 * scheduler's executor, {@code refused} on any thread.
 *
 * @param client who asks; clients share the server fairly
 * @param priority 1 is the highest; 0 means the default, behind all others (Triton's schedule policy)
 * @param cost pixels that have to be computed
 * @param memoryBytes memory that the work needs at most
 * @param cancellation how long the work is wanted
 * @param run does the work, and returns what hands over its result once its place is free again; it owns the memory that is
 *     reserved for it and closes it, later if need be
 * @param refused hears why the work will not run
 */
public record Work(
        String client,
        int priority,
        long cost,
        long memoryBytes,
        Cancellation cancellation,
        Function<Reservation, Runnable> run,
        Consumer<RuntimeException> refused) {
    public Work {
        if (priority < 0 || cost < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("work: priority=%d, cost=%d, memoryBytes=%d, expected at least 0"
                    .formatted(priority, cost, memoryBytes));
        }
    }

    /** For ordering: smaller goes first. */
    int rank() {
        return priority == 0 ? Integer.MAX_VALUE : priority;
    }
}
