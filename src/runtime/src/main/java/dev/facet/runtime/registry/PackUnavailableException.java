package dev.facet.runtime.registry;

import java.time.Duration;

/** A pack that is registered and can't answer now; the message says what failed. */
public final class PackUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String pack;
    private final String reason;
    private final Duration retryAfter;

    PackUnavailableException(String pack, String reason, Duration retryAfter, Throwable cause) {
        super("pack can't answer: pack='%s': %s".formatted(pack, reason), cause);
        this.pack = pack;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** Its address. */
    public String pack() {
        return pack;
    }

    /** Its name. */
    public String name() {
        int at = pack.indexOf('@');
        return at < 0 ? pack : pack.substring(0, at);
    }

    /** What is wrong with it. */
    public String reason() {
        return reason;
    }

    /** When it is tried again at the earliest. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
