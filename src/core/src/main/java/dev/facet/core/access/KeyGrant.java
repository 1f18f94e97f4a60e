package dev.facet.core.access;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One line of a {@link KeyFile}: a key by its hash, and what it is for. Words with spaces between:
 *
 * <pre>{@code NAME sha256:HEX SCOPE[,SCOPE] [rate=N] [burst=N] [pixels-per-hour=N] [pixels-per-day=N]}</pre>
 *
 * @param name who has the key, for logs: {@code [a-z0-9][a-z0-9._-]{0,62}}; several keys may have one name
 * @param hash SHA-256 of the key, lower-case hex
 * @param scopes at least one
 * @param limits of the name's keys together
 */
public record KeyGrant(String name, String hash, Set<Scope> scopes, KeyLimits limits) {
    /** Names that logs use for other callers. */
    private static final Set<String> RESERVED = Set.of("management", "none", "unknown");

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PIXELS = Pattern.compile("[1-9][0-9]{0,15}[KMGT]?");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,6})?");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,6}");
    private static final String ALGORITHM = "sha256:";

    public KeyGrant {
        if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "name: expected 1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, and none of "
                            + RESERVED.stream().sorted().toList());
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("hash: expected sha256: and 64 digits of lower-case hex");
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("scopes: expected predict, manage or predict,manage");
        }
        scopes = Collections.unmodifiableSet(EnumSet.copyOf(scopes));
    }

    /**
     * Reads a line. No message repeats what stands in it, since that may be a key that doesn't belong there.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static KeyGrant parse(String line) {
        String[] words = line.strip().split("[ \t]+");
        for (String word : words) {
            if (word.contains(ApiKey.PREFIX) && word.length() > ApiKey.PREFIX.length() + 32) {
                throw new IllegalArgumentException(
                        "a key itself stands there: expected its hash, and a new key, since this one may have been read");
            }
        }
        if (words.length < 3) {
            throw new IllegalArgumentException(
                    "words=%d, expected NAME sha256:HEX SCOPES and settings".formatted(words.length));
        }
        String hash = words[1].startsWith(ALGORITHM) ? words[1].substring(ALGORITHM.length()) : "";
        Settings settings = new Settings();
        for (int i = 3; i < words.length; i++) {
            settings.read(words[i]);
        }
        return new KeyGrant(words[0], hash, scopes(words[2]), settings.limits());
    }

    /**
     * Reads scopes, separated by commas.
     *
     * @throws IllegalArgumentException for none, or another word
     */
    public static Set<Scope> scopes(String text) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String word : text.split(",", -1)) {
            scopes.add(Scope.of(word)
                    .orElseThrow(
                            () -> new IllegalArgumentException("scopes: expected predict, manage or predict,manage")));
        }
        return scopes;
    }

    /**
     * Reads a number of pixels: digits, and K, M, G or T for thousands, millions and so on.
     *
     * @throws IllegalArgumentException for anything else, and for 0
     */
    public static long pixels(String name, String text) {
        if (!PIXELS.matcher(text).matches()) {
            throw new IllegalArgumentException(name + ": expected a whole number from 1, or one with K, M, G or T");
        }
        int unit = "KMGT".indexOf(text.charAt(text.length() - 1)) + 1;
        String digits = unit > 0 ? text.substring(0, text.length() - 1) : text;
        BigDecimal pixels = new BigDecimal(digits).scaleByPowerOfTen(3 * unit);
        if (pixels.compareTo(BigDecimal.valueOf(KeyLimits.MOST_PIXELS)) > 0) {
            throw new IllegalArgumentException("%s: expected at most %d".formatted(name, KeyLimits.MOST_PIXELS));
        }
        return pixels.longValueExact();
    }

    /** The settings at a line's end. */
    private static final class Settings {
        private double perSecond;
        private int burst;
        private long perHour;
        private long perDay;
        private final Set<String> written = new HashSet<>();

        void read(String word) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? "" : word.substring(0, equals);
            String value = word.substring(equals + 1);
            if (!written.add(name)) {
                throw new IllegalArgumentException("setting: a setting stands there twice");
            }
            switch (name) {
                case "rate" -> perSecond = rate(Double.parseDouble(number(name, value, DECIMAL)));
                case "burst" -> burst = Integer.parseInt(number(name, value, COUNT));
                case "pixels-per-hour" -> perHour = pixels(name, value);
                case "pixels-per-day" -> perDay = pixels(name, value);
                default ->
                    throw new IllegalArgumentException(
                            "setting: expected rate=N, burst=N, pixels-per-hour=N or pixels-per-day=N");
            }
        }

        private static double rate(double perSecond) {
            if (perSecond == 0) {
                throw new IllegalArgumentException("rate: expected more than 0");
            }
            return perSecond;
        }

        private static String number(String name, String value, Pattern form) {
            if (!form.matcher(value).matches()) {
                throw new IllegalArgumentException(name + ": expected a number");
            }
            return value;
        }

        KeyLimits limits() {
            return new KeyLimits(
                    perSecond, perSecond > 0 && burst == 0 ? KeyLimits.usualBurst(perSecond) : burst, perHour, perDay);
        }
    }

    /** The line. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(name)
                .append(' ')
                .append(ALGORITHM)
                .append(hash)
                .append(' ')
                .append(scopes.stream().map(Scope::id).collect(Collectors.joining(",")));
        if (limits.perSecond() > 0) {
            line.append(" rate=")
                    .append(BigDecimal.valueOf(limits.perSecond())
                            .stripTrailingZeros()
                            .toPlainString())
                    .append(String.format(Locale.ROOT, " burst=%d", limits.burst()));
        }
        if (limits.pixelsPerHour() > 0) {
            line.append(" pixels-per-hour=").append(limits.pixelsPerHour());
        }
        if (limits.pixelsPerDay() > 0) {
            line.append(" pixels-per-day=").append(limits.pixelsPerDay());
        }
        return line.toString();
    }
}
