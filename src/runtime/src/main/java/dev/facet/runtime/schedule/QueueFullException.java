package dev.facet.runtime.schedule;

import java.time.Duration;

/** The request would wait too long; it may come again after a while. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    QueueFullException(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When there will be room, by the measured speed and by what others were told before. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
