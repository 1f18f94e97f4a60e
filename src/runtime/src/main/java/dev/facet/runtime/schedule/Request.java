package dev.facet.runtime.schedule;

import java.util.concurrent.atomic.AtomicBoolean;

/** One request to run: its size, its priority, its deadline, and whether it is still wanted. Thread-safe. */
public final class Request {
    /** 73 years: far enough, and differences on the clock don't overflow. */
    private static final long NO_DEADLINE_NANOS = Long.MAX_VALUE / 4;

    private final long pixels;
    private final int priority;
    private final long deadlineNanos;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    /**
     * @param pixels pixels of network input
     * @param priority 1 is the highest; 0 means the default, behind all others (Triton's schedule policy)
     * @param deadlineNanos on the clock of {@link System#nanoTime()}
     */
    public Request(long pixels, int priority, long deadlineNanos) {
        if (pixels < 0 || priority < 0) {
            throw new IllegalArgumentException(
                    "request: pixels=%d, priority=%d, expected at least 0".formatted(pixels, priority));
        }
        this.pixels = pixels;
        this.priority = priority == 0 ? Integer.MAX_VALUE : priority;
        this.deadlineNanos = deadlineNanos;
    }

    /** A request of default priority that waits as long as it takes. */
    public static Request withoutDeadline(long pixels) {
        return new Request(pixels, 0, System.nanoTime() + NO_DEADLINE_NANOS);
    }

    long pixels() {
        return pixels;
    }

    int priority() {
        return priority;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isCancelled() {
        return cancelled.get();
    }

    /** Drops the request if it waits or comes later; a run that has begun goes on. */
    public void cancel() {
        cancelled.set(true);
    }
}
