package dev.facet.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Steps the parameters that it was given, and no others: no other task's tensor moves. d = gradient + decay·p (or decay·(p − start)),
 * then the update rule; where that decouples decay, p ← p − rate·decay·p first. Not thread-safe.
 */
public final class Optimizer {
    private static final char SEPARATOR = '/';

    private final OptimizerSettings settings;
    private final Map<String, NDArray> parameters;
    private final Map<String, ParameterState> states = new LinkedHashMap<>();
    private final Map<String, NDArray> starts = new LinkedHashMap<>();

    /**
     * An optimizer of parameters as they begin; those whose role has the rate 0 are left alone.
     *
     * @param manager owns the state and outlives this object
     */
    public Optimizer(NDManager manager, OptimizerSettings settings, Map<String, NDArray> parameters) {
        this.settings = settings;
        this.parameters = new LinkedHashMap<>(parameters);
        this.parameters.keySet().removeIf(name -> settings.role(name).rateFactor() == 0);
        this.parameters.forEach((name, parameter) -> {
            states.put(name, new ParameterState(manager, parameter));
            if (settings.role(name).decayTowardsStart()) {
                starts.put(name, Ops.of(manager, Ops.toTensor(parameter), parameter.getDataType()));
            }
        });
    }

    /** Σ of the squares of all gradients. */
    double squaredGradients() {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray sum = null;
            for (NDArray parameter : parameters.values()) {
                NDArray squares = parameter.getGradient().square().sum();
                sum = sum == null ? squares : sum.add(squares);
            }
            return sum == null ? 0 : Ops.toDouble(sum);
        }
    }

    /** Moves the parameters along their gradients and clears these. Gradients must not be recorded meanwhile. */
    public void step(double rate) {
        step(rate, 1);
    }

    /** The same with gradients times {@code factor}. */
    void step(double rate, double factor) {
        parameters.forEach((name, parameter) -> {
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray gradient = parameter.getGradient();
                move(name, parameter, factor == 1 ? gradient : gradient.mul(factor), rate);
                Ops.zeroGradient(parameter);
            }
        });
    }

    /**
     * Moves parameters that were stepped before as if their gradients were zero: by decay and momentum alone. The reference does so to
     * tasks that aren't in the batch.
     */
    public void coast(double rate) {
        parameters.forEach((name, parameter) -> {
            if (states.get(name).step() > 0) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    move(name, parameter, parameter.zerosLike(), rate);
                }
            }
        });
    }

    private void move(String name, NDArray parameter, NDArray gradient, double rate) {
        OptimizerSettings.Role role = settings.role(name);
        double decay = role.weightDecay().orElse(settings.weightDecay());
        double ownRate = rate * role.rateFactor();
        NDArray direction = gradient;
        if (decay != 0) {
            NDArray start = starts.get(name);
            NDArray pulled = start == null ? parameter : parameter.sub(start);
            if (settings.rule().decouplesDecay()) {
                parameter.subi(pulled.mul(ownRate * decay));
            } else {
                direction = gradient.add(pulled.mul(decay));
            }
        }
        ParameterState state = states.get(name);
        state.begin();
        settings.rule().update(parameter, direction, state, ownRate);
    }

    /** Copies of the state, by {@code parameter/buffer}; empty before the first step. */
    public Map<String, Tensor> snapshot() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        states.forEach((name, state) -> state.snapshot(name + SEPARATOR, values));
        return values;
    }

    /**
     * Sets the state.
     *
     * @throws IllegalArgumentException if it is of other parameters
     */
    public void restore(Map<String, Tensor> values) {
        values.forEach((name, tensor) -> {
            int separator = name.lastIndexOf(SEPARATOR);
            ParameterState state = separator < 0 ? null : states.get(name.substring(0, separator));
            if (state == null) {
                throw new IllegalArgumentException(
                        "optimizer's state does not fit: name='%s', expected one of %d parameters"
                                .formatted(name, states.size()));
            }
            state.restore(name.substring(separator + 1), tensor);
        });
    }
}
