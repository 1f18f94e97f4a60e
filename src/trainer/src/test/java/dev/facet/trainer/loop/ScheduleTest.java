package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void theRateFallsPolynomially() {
        Schedule schedule = new Schedule(new Schedule.Polynomial(0.9), 0.005, 100, 0);
        assertThat(schedule.rate(0)).isEqualTo(0.005);
        assertThat(schedule.rate(50)).isCloseTo(0.005 * Math.pow(0.5, 0.9), within(1e-12));
        assertThat(schedule.rate(99)).isPositive();
    }

    /** The closed form of torch.optim.lr_scheduler.CosineAnnealingLR, T_max 10 and eta_min 0.02 on a rate of 0.1, steps 0, 1, 5 and 9. */
    @Test
    void theRateFallsAsHalfACosine() {
        Schedule schedule = new Schedule(new Schedule.Cosine(0.02), 0.1, 10, 0);
        assertThat(schedule.rate(0)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.rate(1)).isCloseTo(0.0980422606518061, within(1e-12));
        assertThat(schedule.rate(5)).isCloseTo(0.06, within(1e-12));
        assertThat(schedule.rate(9)).isCloseTo(0.02195773934819386, within(1e-12));
        assertThat(new Schedule(new Schedule.Cosine(0), 0.1, 10, 4).rate(1))
                .isCloseTo(0.4 * 0.09755282581475769, within(1e-12));
    }

    @Test
    void theRateRisesFirstWhereAsked() {
        Schedule schedule = new Schedule(new Schedule.Polynomial(0), 1, 100, 3);
        assertThat(schedule.rate(0)).isEqualTo(0.25);
        assertThat(schedule.rate(2)).isEqualTo(0.75);
        assertThat(schedule.rate(3)).isEqualTo(1);
    }
}
