package dev.facet.runtime.schedule;

import java.time.Duration;

/** The queue is full; the caller may try again after a while. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    QueueFullException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** An estimate from the runs so far, at least a second. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
