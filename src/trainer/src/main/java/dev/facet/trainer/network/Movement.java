package dev.facet.trainer.network;

import dev.facet.core.network.TensorRole;
import dev.facet.core.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * How far the tensors of a role went from where they began, taken as one vector. With normalized feature fusion the rows of
 * modulators are taken at unit length, since theirs has no effect.
 *
 * @param trained how many of the numbers are trained
 * @param distance ‖w − w_start‖₂
 * @param start ‖w_start‖₂; 0 for adapters, which begin at zero on a bank
 */
public record Movement(long trained, double distance, double start) {
    /**
     * The movements of the roles that a network has.
     *
     * @param before values by name, as training began
     * @param after the same names later
     * @param trained the names that are trained
     */
    public static Map<ParameterRole, Movement> of(
            Map<String, Tensor> before, Map<String, Tensor> after, Set<String> trained) {
        Map<ParameterRole, Movement> movements = new EnumMap<>(ParameterRole.class);
        before.forEach((name, tensor) -> {
            if (!TensorRole.of(name).isStatistic()) {
                double[] first = values(name, tensor);
                double[] last = values(name, after.get(name));
                double distance = 0;
                double start = 0;
                for (int i = 0; i < first.length; i++) {
                    distance += (last[i] - first[i]) * (last[i] - first[i]);
                    start += first[i] * first[i];
                }
                movements.merge(
                        ParameterRole.of(name),
                        new Movement(trained.contains(name) ? first.length : 0, Math.sqrt(distance), Math.sqrt(start)),
                        Movement::and);
            }
        });
        return movements;
    }

    private Movement and(Movement other) {
        return new Movement(
                trained + other.trained, Math.hypot(distance, other.distance), Math.hypot(start, other.start));
    }

    private static double[] values(String name, Tensor tensor) {
        double[] values = tensor.toDoubleArray();
        if (name.endsWith(Modulators.ROWS)) {
            Modulators.normalizeRows(values, tensor.shape().intExtent(0));
        }
        return values;
    }
}
