package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.network.TensorRole;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The private tensors of one task by name: trained ones, ones that stay as they start, and running statistics. Some may be the
 * arrays of another task's parameters, where tasks are trained together. They live as long as their manager.
 */
public final class TaskParameters {
    private final Map<String, NDArray> trained = new LinkedHashMap<>();
    private final Map<String, NDArray> kept = new LinkedHashMap<>();
    private final Map<String, NDArray> statistics = new LinkedHashMap<>();

    private TaskParameters() {}

    /**
     * Arrays with these values; running statistics are no parameters.
     *
     * @param values by the names of a layout
     * @param isTrained whether a parameter of that name is trained
     * @param type of the arrays
     */
    static TaskParameters of(
            NDManager manager, Map<String, Tensor> values, Predicate<String> isTrained, DataType type) {
        TaskParameters parameters = new TaskParameters();
        values.forEach((name, tensor) -> {
            NDArray array = Ops.of(manager, tensor, type);
            if (TensorRole.of(name).isStatistic()) {
                parameters.statistics.put(name, array);
            } else if (isTrained.test(name)) {
                array.setRequiresGradient(true);
                parameters.trained.put(name, array);
            } else {
                parameters.kept.put(name, array);
            }
        });
        return parameters;
    }

    /** These parameters, but the arrays of {@code other} for the names that are {@code shared}; own ones are closed. */
    TaskParameters sharing(TaskParameters other, Predicate<String> shared) {
        TaskParameters joined = new TaskParameters();
        join(trained, other.trained, shared, joined.trained);
        join(kept, other.kept, shared, joined.kept);
        join(statistics, other.statistics, shared, joined.statistics);
        return joined;
    }

    /** These parameters with another array under a name that is not trained. */
    TaskParameters replacing(String name, NDArray array) {
        TaskParameters replaced = sharing(this, any -> true);
        replaced.kept.put(name, array);
        return replaced;
    }

    private static void join(
            Map<String, NDArray> own,
            Map<String, NDArray> others,
            Predicate<String> shared,
            Map<String, NDArray> into) {
        own.forEach((name, array) -> {
            NDArray other = shared.test(name) ? others.get(name) : null;
            if (other != null && other != array) {
                array.close();
            }
            into.put(name, other != null ? other : array);
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

    boolean has(String name) {
        return trained.containsKey(name) || kept.containsKey(name) || statistics.containsKey(name);
    }

    NDArray get(String name) {
        NDArray array = trained.get(name);
        if (array == null) {
            array = kept.get(name);
        }
        if (array == null) {
            array = statistics.get(name);
        }
        if (array == null) {
            throw new IllegalStateException("no such parameter: name='%s' (bug)".formatted(name));
        }
        return array;
    }

    /** How many numbers are trained. */
    public long trainedElements() {
        return trainedElements(name -> true);
    }

    /** How many numbers are trained in the tensors of these names. */
    public long trainedElements(Predicate<String> counted) {
        return trained.entrySet().stream()
                .filter(entry -> counted.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().size())
                .sum();
    }

    /** Copies of all values. */
    public Map<String, Tensor> snapshot() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        trained.forEach((name, array) -> values.put(name, Ops.toTensor(array)));
        kept.forEach((name, array) -> values.put(name, Ops.toTensor(array)));
        statistics.forEach((name, array) -> values.put(name, Ops.toTensor(array)));
        return values;
    }

    /** Sets all values; gradients must not be recorded. */
    public void restore(Map<String, Tensor> values) {
        trained.forEach((name, array) -> set(name, array, values));
        kept.forEach((name, array) -> set(name, array, values));
        statistics.forEach((name, array) -> set(name, array, values));
    }

    private static void set(String name, NDArray array, Map<String, Tensor> values) {
        Tensor tensor = values.get(name);
        if (tensor == null || !new Shape(tensor.shape().extents()).equals(array.getShape())) {
            throw new IllegalArgumentException(
                    "tensor does not fit: name='%s', found=%s, expected=%s".formatted(name, tensor, array.getShape()));
        }
        Ops.set(array, tensor);
    }
}
