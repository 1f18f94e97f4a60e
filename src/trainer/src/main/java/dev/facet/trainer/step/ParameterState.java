package dev.facet.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an update rule remembers of one parameter. Buffers live as long as the manager. */
final class ParameterState {
    private static final String STEP = "step";

    private final NDManager manager;
    private final NDArray parameter;
    private final Map<String, NDArray> buffers = new LinkedHashMap<>();
    private final Map<String, Double> scalars = new LinkedHashMap<>();

    ParameterState(NDManager manager, NDArray parameter) {
        this.manager = manager;
        this.parameter = parameter;
    }

    /** Begins a step; the first is 1. */
    void begin() {
        scalars.put(STEP, step() + 1.0);
    }

    /** Steps begun so far. */
    long step() {
        return scalars.getOrDefault(STEP, 0.0).longValue();
    }

    /** An array like the parameter, zero at first. */
    NDArray buffer(String name) {
        return buffers.computeIfAbsent(name, missing -> {
            NDArray zeros = manager.zeros(parameter.getShape(), parameter.getDataType());
            NDScope.unregister(zeros);
            return zeros;
        });
    }

    double scalar(String name) {
        return scalars.get(name);
    }

    void scalar(String name, double value) {
        scalars.put(name, value);
    }

    /** Copies of all values, by {@code prefix} and their names. */
    void snapshot(String prefix, Map<String, Tensor> target) {
        buffers.forEach((name, buffer) -> target.put(prefix + name, Ops.toTensor(buffer)));
        scalars.forEach((name, value) -> target.put(prefix + name, Tensor.ofDoubles(new Shape(1), value)));
    }

    void restore(String name, Tensor tensor) {
        if (tensor.shape().elements() == 1 && tensor.shape().rank() == 1 && isScalar(name)) {
            scalars.put(name, tensor.toDoubleArray()[0]);
            return;
        }
        var expected = new Shape(parameter.getShape().getShape());
        if (!tensor.shape().equals(expected)) {
            throw new IllegalArgumentException("optimizer's state does not fit: name='%s', shape=%s, expected=%s"
                    .formatted(name, tensor.shape(), expected));
        }
        Ops.set(buffer(name), tensor);
    }

    private static boolean isScalar(String name) {
        return name.equals(STEP) || name.equals(UpdateRule.Asgd.ETA);
    }
}
