package dev.facet.runtime.registry;

import dev.facet.core.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What decides between the versions of a pack whose requests are divided: drawn once for each request, so that whoever looks twice for
 * the pack that answers a request finds the same one. Immutable.
 */
public final class Route {
    /** Longest key, in characters. */
    public static final int MAX_KEY = 256;

    private static final byte SEPARATOR = 0;
    private static final int WHOLE = 100;

    private final String key;
    private final long random;

    private Route(String key, long random) {
        this.key = key;
        this.random = random;
    }

    /** By chance. */
    public static Route random() {
        return new Route(null, ThreadLocalRandom.current().nextLong());
    }

    /**
     * By a key that the client chose: the same key gets the same version of a pack on every server, as long as the weights are the
     * same.
     *
     * @throws IllegalArgumentException if it is empty or too long
     */
    public static Route ofKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException(
                    "route key: characters=%d, expected 1..%d".formatted(key.length(), MAX_KEY));
        }
        return new Route(key, 0);
    }

    /** By the client's key where there is one, else by chance. */
    public static Route of(Optional<String> key) {
        return key.map(Route::ofKey).orElseGet(Route::random);
    }

    /**
     * Where a request stands among all requests to a pack, 0 to 99, each equally likely. With a key it is {@code ⌊100·h/2⁶⁴⌋}, where h
     * are the first eight bytes, big-endian, of SHA-256 over name, a zero byte and key in UTF-8: the packs of one key are drawn
     * independently.
     */
    int percent(String name) {
        long bits = key == null ? random : hash(name);
        // The high half of the unsigned product; multiplyHigh takes the first factor as signed.
        return (int) (Math.multiplyHigh(bits, (long) WHOLE) + (bits < 0 ? WHOLE : 0));
    }

    private long hash(String name) {
        MessageDigest digest = Sha256.begin();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update(SEPARATOR);
        digest.update(key.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
