package dev.facet.core.access;

/**
 * How much a key may ask for. All its bearers share it.
 *
 * @param perSecond requests per second on average; 0 for no bound
 * @param burst requests at once, after a pause; 0 where {@code perSecond} is 0
 * @param pixelsPerHour pixels of work in each hour of UTC, as the queue reckons them; 0 for no bound
 * @param pixelsPerDay the same for each day
 */
public record KeyLimits(double perSecond, int burst, long pixelsPerHour, long pixelsPerDay) {
    /** No bounds. */
    public static final KeyLimits NONE = new KeyLimits(0, 0, 0, 0);

    /** The most requests per second that can be written. */
    public static final double MOST_PER_SECOND = 1_000_000;

    /** The fewest: one in about three hours. */
    public static final double FEWEST_PER_SECOND = 0.0001;

    /** The largest burst that can be written. */
    public static final int LARGEST_BURST = 1_000_000;

    private static final int SECONDS_PER_DAY = 86_400;

    /** The most pixels that can be written. */
    public static final long MOST_PIXELS = 100_000_000_000_000L;

    public KeyLimits {
        if (perSecond != 0 && !(perSecond >= FEWEST_PER_SECOND && perSecond <= MOST_PER_SECOND)) {
            throw new IllegalArgumentException(
                    "rate: value=%s, expected 0.0001 to 1000000 requests per second".formatted(perSecond));
        }
        double largest = perSecond == 0 ? 0 : Math.max(1, Math.min(LARGEST_BURST, perSecond * SECONDS_PER_DAY));
        if (burst > largest || burst < Math.min(1, largest)) {
            throw new IllegalArgumentException(
                    "burst: value=%d, expected 1 to %d, a day's worth at most, and only with a rate"
                            .formatted(burst, LARGEST_BURST));
        }
        checkPixels("pixels-per-hour", pixelsPerHour);
        checkPixels("pixels-per-day", pixelsPerDay);
    }

    private static void checkPixels(String name, long pixels) {
        if (pixels < 0 || pixels > MOST_PIXELS) {
            throw new IllegalArgumentException("%s: value=%d, expected 1 to %d".formatted(name, pixels, MOST_PIXELS));
        }
    }

    /** The burst that a rate has where none is written: a second's worth, at least 1. */
    public static int usualBurst(double perSecond) {
        return (int) Math.max(1, Math.ceil(Math.min(perSecond, LARGEST_BURST)));
    }
}
