package dev.facet.runtime.registry;

import java.time.Duration;

/** As many packs are being prepared, or wait for it, as may be. */
public final class TooManyUploadsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    TooManyUploadsException(int expected) {
        super(
                "too many packs are being plugged: expected at most %d at a time".formatted(expected),
                null,
                false,
                false);
    }

    /** When there may be room. */
    public Duration retryAfter() {
        return RETRY_AFTER;
    }
}
