package dev.facet.runtime.schedule;

import java.time.Duration;
import java.util.Optional;

/** A request costs more pixels than its client has left. */
public final class QuotaExceededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long limitPixels;
    private final transient Optional<Duration> retryAfter;

    /**
     * @param limitPixels what the client may ask for in a period
     * @param retryAfter when the next period begins; empty where the request is more than a whole period has
     */
    public QuotaExceededException(String message, long limitPixels, Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.limitPixels = limitPixels;
        this.retryAfter = retryAfter;
    }

    /** What the client may ask for in a period. */
    public long limitPixels() {
        return limitPixels;
    }

    /** When the request may come again; empty where it never may. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
