package dev.facet.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Gradients against central differences, in double precision. */
public final class Gradients {
    private static final double STEP = 1e-6;

    private Gradients() {}

    /** Compares the gradient of a scalar function at {@code x} (fp64) with differences, value by value. */
    public static void check(NDArray x, UnaryOperator<NDArray> function) {
        double[] values = x.toDoubleArray();
        x.setRequiresGradient(true);
        Ops.recordGradients(true);
        Ops.backward(function.apply(x));
        Ops.recordGradients(false);
        double[] gradient = x.getGradient().toDoubleArray();
        x.setRequiresGradient(false);
        for (int i = 0; i < values.length; i++) {
            double difference =
                    (moved(x, values, i, STEP, function) - moved(x, values, i, -STEP, function)) / (2 * STEP);
            assertThat(gradient[i])
                    .as("gradient of value %d", i)
                    .isCloseTo(difference, within(1e-5 * Math.max(1, Math.abs(difference))));
        }
    }

    private static double moved(NDArray x, double[] values, int index, double step, UnaryOperator<NDArray> function) {
        double[] changed = values.clone();
        changed[index] += step;
        return function.apply(x.getManager().create(changed, x.getShape())).getDouble();
    }
}
