package dev.facet.core.access;

import dev.facet.core.digest.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A key of the API: {@code facet_} and 256 random bits in the URL's form of Base64, 43 characters.
 *
 * <p>What is kept of one is its SHA-256. A fast hash is enough because the bits are random: whoever has the hash has 2<sup>256</sup>
 * keys to try. So that nobody can put the hash of a word there, only what has this form is a key.
 */
public final class ApiKey {
    /** What every key begins with, by which one that went astray is recognized. */
    public static final String PREFIX = "facet_";

    private static final int RANDOM_BYTES = 32;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

    private ApiKey() {}

    /** A new key. */
    public static String generate() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Whether a text has the form of a key. */
    public static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }

    /** SHA-256 of a key, lower-case hex: what {@code printf %s "$KEY" | sha256sum} says. */
    public static String hash(String key) {
        return Sha256.hex(key);
    }
}
