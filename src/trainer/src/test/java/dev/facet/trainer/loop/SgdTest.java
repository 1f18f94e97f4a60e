package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SgdTest {
    @Test
    void stepsAreThoseOfPyTorch() {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray parameter = manager.create(new float[] {2});
            parameter.setRequiresGradient(true);
            Sgd sgd = new Sgd(manager, Map.of("p", parameter), 0.9, 0.1);
            // By hand, loss = p²: d = 2p + 0.1p, buffer = 0.9·buffer + d, p −= rate·buffer.
            double p = 2;
            double buffer = 0;
            for (double rate : new double[] {0.1, 0.1, 0.05}) {
                Ops.recordGradients(true);
                Ops.backward(parameter.square().sum());
                Ops.recordGradients(false);
                sgd.step(rate);
                buffer = 0.9 * buffer + 2.1 * p;
                p -= rate * buffer;
                assertThat((double) parameter.getFloat()).isCloseTo(p, within(1e-6));
            }
        }
    }

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
