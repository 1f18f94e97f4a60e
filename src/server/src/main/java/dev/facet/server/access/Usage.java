package dev.facet.server.access;

import dev.facet.core.access.KeyLimits;
import dev.facet.runtime.schedule.QuotaExceededException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the keys of one name have asked for. A few numbers, however much that is. Thread-safe.
 *
 * <p>Requests are paced by the generic cell rate algorithm: each pushes the time at which the name is even again further by one
 * interval, and is refused where that would be more than a burst ahead. Pixels are counted in the hours and days of UTC.
 */
public final class Usage {
    private final AtomicLong evenNanos;
    private final Period hour = new Period("pixels-per-hour", TimeUnit.HOURS.toMillis(1));
    private final Period day = new Period("pixels-per-day", TimeUnit.DAYS.toMillis(1));

    /** @param nanos now, on the clock of {@link System#nanoTime()} */
    public Usage(long nanos) {
        this.evenNanos = new AtomicLong(nanos);
    }

    /**
     * Counts a request.
     *
     * @return when to come again, for one that comes too early and isn't counted
     */
    public Optional<Duration> request(KeyLimits limits, long nanos) {
        if (limits.perSecond() == 0) {
            return Optional.empty();
        }
        long interval = interval(limits);
        while (true) {
            long even = evenNanos.get();
            long next = later(even, nanos) + interval;
            long tooEarly = next - nanos - limits.burst() * interval;
            if (tooEarly > 0) {
                return Optional.of(Duration.ofNanos(tooEarly));
            }
            if (evenNanos.compareAndSet(even, next)) {
                return Optional.empty();
            }
        }
    }

    /** Requests that may come at once now. */
    long requestsLeft(KeyLimits limits, long nanos) {
        long ahead = later(evenNanos.get(), nanos) - nanos;
        return Math.max(0, limits.burst() - (ahead + interval(limits) - 1) / interval(limits));
    }

    /** Until a whole burst may come again. */
    Duration untilEven(long nanos) {
        return Duration.ofNanos(later(evenNanos.get(), nanos) - nanos);
    }

    private static long interval(KeyLimits limits) {
        return Math.max(1, Math.round(TimeUnit.SECONDS.toNanos(1) / limits.perSecond()));
    }

    /** Times of {@link System#nanoTime()} are compared by their difference. */
    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /**
     * Takes pixels from what is left of the hour and of the day.
     *
     * @param millis now, since the epoch
     */
    synchronized void take(KeyLimits limits, long pixels, long millis) {
        hour.check(limits.pixelsPerHour(), pixels, millis);
        day.check(limits.pixelsPerDay(), pixels, millis);
        hour.used += pixels;
        day.used += pixels;
    }

    /** Gives back what was taken, unless that was in an earlier period. */
    synchronized void giveBack(long pixels, long millis) {
        hour.giveBack(pixels, millis);
        day.giveBack(pixels, millis);
    }

    synchronized long leftOfHour(KeyLimits limits, long millis) {
        return hour.left(limits.pixelsPerHour(), millis);
    }

    synchronized long leftOfDay(KeyLimits limits, long millis) {
        return day.left(limits.pixelsPerDay(), millis);
    }

    /** An hour, or a day, and the pixels that were taken in it. */
    private static final class Period {
        private final String name;
        private final long lengthMillis;
        private long number = Long.MIN_VALUE;
        private long used;

        Period(String name, long lengthMillis) {
            this.name = name;
            this.lengthMillis = lengthMillis;
        }

        private void begin(long millis) {
            long now = Math.floorDiv(millis, lengthMillis);
            if (now != number) {
                number = now;
                used = 0;
            }
        }

        void check(long limit, long pixels, long millis) {
            begin(millis);
            if (limit == 0 || used + pixels <= limit) {
                return;
            }
            if (pixels > limit) {
                throw new QuotaExceededException(
                        "request is more than the key's quota: pixels=%d, %s=%d".formatted(pixels, name, limit),
                        limit,
                        Optional.empty());
            }
            long wait = lengthMillis - Math.floorMod(millis, lengthMillis);
            throw new QuotaExceededException(
                    "key's quota is used up: pixels=%d, left=%d, %s=%d; come again after %d s"
                            .formatted(pixels, Math.max(0, limit - used), name, limit, (wait + 999) / 1000),
                    limit,
                    Optional.of(Duration.ofMillis(wait)));
        }

        void giveBack(long pixels, long millis) {
            begin(millis);
            used = Math.max(0, used - pixels);
        }

        long left(long limit, long millis) {
            begin(millis);
            return Math.max(0, limit - used);
        }
    }
}
