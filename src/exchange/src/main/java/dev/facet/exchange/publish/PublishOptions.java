package dev.facet.exchange.publish;

import java.time.Duration;
import java.util.Optional;

/**
 * How a pack is published.
 *
 * @param key the server's key, sent as a bearer token; empty where the server asks for none
 * @param activate whether the version becomes the active one of its name
 * @param signature the Ed25519 signature to send along, as {@code NAME.sig} beside the pack has it; empty for none
 * @param timeout longest time from the first byte to the answer
 */
public record PublishOptions(Optional<String> key, boolean activate, Optional<String> signature, Duration timeout) {
    /** No key, no signature, activated, five minutes. */
    public static final PublishOptions DEFAULTS =
            new PublishOptions(Optional.empty(), true, Optional.empty(), Duration.ofMinutes(5));

    public PublishOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: value=%s, expected above 0".formatted(timeout));
        }
        key.ifPresent(value -> checkHeader("key", value));
        signature.ifPresent(value -> checkHeader("signature", value));
    }

    private static void checkHeader(String name, String value) {
        if (!value.matches("[\\x21-\\x7e]{1,4096}")) {
            throw new IllegalArgumentException(
                    "%s: expected 1..4096 visible ASCII characters without spaces".formatted(name));
        }
    }
}
