package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void theRateFallsPolynomially() {
        Schedule schedule = new Schedule(0.005, 100, 0.9, 0);
        assertThat(schedule.rate(0)).isEqualTo(0.005);
        assertThat(schedule.rate(50)).isCloseTo(0.005 * Math.pow(0.5, 0.9), within(1e-12));
        assertThat(schedule.rate(99)).isPositive();
    }

    @Test
    void theRateRisesFirstWhereAsked() {
        Schedule schedule = new Schedule(1, 100, 0, 3);
        assertThat(schedule.rate(0)).isEqualTo(0.25);
        assertThat(schedule.rate(2)).isEqualTo(0.75);
        assertThat(schedule.rate(3)).isEqualTo(1);
    }
}
