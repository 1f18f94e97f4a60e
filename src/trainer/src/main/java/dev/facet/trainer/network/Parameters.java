package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The private tensors of one task by name: trained ones, and running statistics. They live as long as the manager. */
public final class Parameters {
    private final NDManager manager;
    private final Map<String, NDArray> trained = new LinkedHashMap<>();
    private final Map<String, NDArray> statistics = new LinkedHashMap<>();

    /** Arrays with these values; what is named {@code running_…} is no parameter but a statistic. */
    Parameters(NDManager manager, Map<String, Tensor> values) {
        this.manager = manager;
        values.forEach((name, tensor) -> {
            NDArray array = Ops.of(manager, tensor);
            if (name.contains(".running_")) {
                statistics.put(name, array);
            } else {
                array.setRequiresGradient(true);
                trained.put(name, array);
            }
        });
    }

    /** Trained tensors, in the order of execution. */
    public Map<String, NDArray> trained() {
        return Collections.unmodifiableMap(trained);
    }

    /** Running means and variances. */
    public Map<String, NDArray> statistics() {
        return Collections.unmodifiableMap(statistics);
    }

    NDArray get(String name) {
        NDArray array = trained.get(name);
        if (array == null) {
            array = statistics.get(name);
        }
        if (array == null) {
            throw new IllegalStateException("no such parameter: name='%s' (bug)".formatted(name));
        }
        return array;
    }

    /** Copies of all values. */
    public Map<String, Tensor> snapshot() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        trained.forEach((name, array) -> values.put(name, Ops.toTensor(array)));
        statistics.forEach((name, array) -> values.put(name, Ops.toTensor(array)));
        return values;
    }

    /** Sets all values; gradients must not be recorded. */
    public void restore(Map<String, Tensor> values) {
        trained.forEach((name, array) -> set(name, array, values));
        statistics.forEach((name, array) -> set(name, array, values));
    }

    private void set(String name, NDArray array, Map<String, Tensor> values) {
        Tensor tensor = values.get(name);
        if (tensor == null || !new Shape(tensor.shape().extents()).equals(array.getShape())) {
            throw new IllegalArgumentException(
                    "tensor does not fit: name='%s', found=%s, expected=%s".formatted(name, tensor, array.getShape()));
        }
        try (NDArray source = Ops.of(manager, tensor)) {
            array.muli(0f).addi(source);
        }
    }
}
