package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stochastic gradient descent as PyTorch has it: d = grad + wd·p; buffer ← momentum·buffer + d (first step: d); p ← p −
 * lr·buffer. Steps only the parameters that it was given, so no other task's tensor moves.
 */
public final class Sgd {
    private final NDManager manager;
    private final Map<String, NDArray> parameters;
    private final float momentum;
    private final float weightDecay;
    private final Map<String, NDArray> buffers = new LinkedHashMap<>();

    /** {@code manager} owns the momentum and outlives this object. */
    public Sgd(NDManager manager, Map<String, NDArray> parameters, double momentum, double weightDecay) {
        this.manager = manager;
        this.parameters = parameters;
        this.momentum = (float) momentum;
        this.weightDecay = (float) weightDecay;
    }

    /** Moves the parameters along their gradients and clears these. Gradients must not be recorded meanwhile. */
    public void step(double rate) {
        parameters.forEach((name, parameter) -> {
            NDArray gradient = parameter.getGradient();
            NDArray direction = gradient.add(parameter.mul(weightDecay));
            NDArray buffer = buffers.get(name);
            if (buffer == null) {
                buffer = manager.zeros(parameter.getShape());
                ai.djl.ndarray.NDScope.unregister(buffer);
                buffers.put(name, buffer);
            }
            buffer.muli(momentum).addi(direction);
            parameter.subi(buffer.mul((float) rate));
            Ops.zeroGradient(parameter);
        });
    }

    /** Copies of the momentum by the parameter's name; empty before the first step. */
    public Map<String, Tensor> snapshot() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> values.put(name, Ops.toTensor(buffer)));
        return values;
    }

    /** Sets the momentum. */
    public void restore(Map<String, Tensor> values) {
        values.forEach((name, tensor) -> buffers.put(name, Ops.of(manager, tensor)));
    }
}
