package dev.facet.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.facet.core.access.KeyLimits;
import dev.facet.runtime.schedule.QuotaExceededException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3_600_000L;
    /** The clock of the system may begin anywhere, and go over its end. */
    private static final long BEGIN = Long.MAX_VALUE - SECOND;

    @Test
    void letsABurstThroughAndThenAsManyAsTheRateSays() {
        KeyLimits limits = new KeyLimits(2, 3, 0, 0);
        Usage usage = new Usage(BEGIN);
        assertThat(usage.requestsLeft(limits, BEGIN)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(usage.request(limits, BEGIN)).isEmpty();
        }
        assertThat(usage.requestsLeft(limits, BEGIN)).isZero();
        assertThat(usage.request(limits, BEGIN)).contains(Duration.ofMillis(500));
        assertThat(usage.request(limits, BEGIN + SECOND / 4)).contains(Duration.ofMillis(250));
        assertThat(usage.request(limits, BEGIN + SECOND / 2)).isEmpty();
        assertThat(usage.request(limits, BEGIN + SECOND / 2)).contains(Duration.ofMillis(500));
        long later = BEGIN + 60 * SECOND;
        assertThat(usage.requestsLeft(limits, later)).isEqualTo(3);
        assertThat(usage.untilEven(later)).isZero();
    }

    @Test
    void neverLetsMoreThroughThanRateAndBurstAllowInAnySpan() {
        KeyLimits limits = new KeyLimits(7, 5, 0, 0);
        Usage usage = new Usage(0);
        SplittableRandom random = new SplittableRandom(11);
        long now = 0;
        int passed = 0;
        for (int i = 0; i < 100_000; i++) {
            now += random.nextLong(SECOND / 20);
            if (usage.request(limits, now).isEmpty()) {
                passed++;
            }
        }
        double seconds = now / 1e9;
        assertThat(passed).isBetween((int) (7 * seconds) - 1, (int) (7 * seconds) + 5);
    }

    @Test
    void whoIsToldToWaitAndWaitsIsLetThrough() {
        KeyLimits limits = new KeyLimits(3, 1, 0, 0);
        Usage usage = new Usage(0);
        long now = 0;
        for (int i = 0; i < 1000; i++) {
            now += usage.request(limits, now).map(Duration::toNanos).orElse(0L);
        }
        assertThat(usage.request(limits, now + SECOND)).isEmpty();
    }

    @Test
    void countsPixelsInHoursAndDays() {
        KeyLimits limits = new KeyLimits(0, 0, 100, 250);
        Usage usage = new Usage(0);
        usage.take(limits, 60, 0);
        QuotaExceededException hour =
                catchThrowableOfType(QuotaExceededException.class, () -> usage.take(limits, 41, HOUR - 1500));
        assertThat(hour).hasMessageContaining("left=40").hasMessageContaining("pixels-per-hour=100");
        assertThat(hour.retryAfter()).contains(Duration.ofMillis(1500));
        usage.take(limits, 40, HOUR - 1);
        assertThat(usage.leftOfHour(limits, HOUR - 1)).isZero();
        assertThat(usage.leftOfHour(limits, HOUR)).isEqualTo(100);
        usage.take(limits, 100, HOUR);
        QuotaExceededException day =
                catchThrowableOfType(QuotaExceededException.class, () -> usage.take(limits, 51, 2 * HOUR));
        assertThat(day).hasMessageContaining("pixels-per-day=250").hasMessageContaining("left=50");
        assertThat(day.retryAfter()).contains(Duration.ofHours(22));
        assertThat(usage.leftOfHour(limits, 2 * HOUR))
                .as("of a refused request nothing is taken")
                .isEqualTo(100);
        usage.take(limits, 50, 2 * HOUR);
        usage.giveBack(20, 2 * HOUR);
        assertThat(usage.leftOfDay(limits, 2 * HOUR)).isEqualTo(20);
        usage.giveBack(1000, 24 * HOUR);
        assertThat(usage.leftOfDay(limits, 24 * HOUR)).isEqualTo(250);
    }

    @Test
    void aRequestAboveTheWholeQuotaIsToldSo() {
        assertThatThrownBy(() -> new Usage(0).take(new KeyLimits(0, 0, 100, 0), 101, 0))
                .isInstanceOfSatisfying(
                        QuotaExceededException.class,
                        e -> assertThat(e.retryAfter()).isEmpty())
                .hasMessageContaining("more than the key's quota");
    }
}
