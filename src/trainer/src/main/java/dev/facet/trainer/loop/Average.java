package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.network.TaskParameters;
import dev.facet.trainer.step.Trainee;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An exponential moving average of what training changes, of all tasks: average ← d·average + (1 − d)·value; off with decay 0.
 * After step i (from 1) d is the smaller of the decay and (1 + i)/(10 + i), so that a short training isn't averaged with what it began
 * with. The arrays are native, as the parameters are. Not thread-safe; owns its arrays until {@link #close()}.
 */
final class Average implements AutoCloseable {
    private final double decay;
    private final NDManager manager;
    private final Map<String, Map<String, NDArray>> values = new LinkedHashMap<>();

    /** An average that begins at the values of now. */
    Average(NDManager parent, double decay, Trainee trainee) {
        this.decay = decay;
        this.manager = parent.newSubManager();
        if (decay > 0) {
            trainee.networks().forEach((task, network) -> {
                Map<String, NDArray> own = new LinkedHashMap<>();
                changing(network.parameters())
                        .forEach((name, array) ->
                                own.put(name, Ops.of(manager, Ops.toTensor(array), array.getDataType())));
                values.put(task, own);
            });
        }
    }

    private static Map<String, NDArray> changing(TaskParameters parameters) {
        Map<String, NDArray> changing = new LinkedHashMap<>(parameters.trained());
        changing.putAll(parameters.statistics());
        return changing;
    }

    /**
     * Takes the values of now in; gradients must not be recorded meanwhile.
     *
     * @param step steps made, from 1
     */
    void add(Trainee trainee, int step) {
        double now = decayAfter(step);
        values.forEach((task, own) -> {
            Map<String, NDArray> current = changing(trainee.networks().get(task).parameters());
            own.forEach((name, average) -> {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    average.addi(current.get(name).sub(average).muli(1 - now));
                }
            });
        });
    }

    /** What the average keeps of itself after a step. */
    double decayAfter(int step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }

    /** Work that may be stopped from outside. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    /** Does {@code work} with the averaged values in the parameters' place. */
    <T> T with(Trainee trainee, Work<T> work) throws InterruptedException {
        if (decay == 0) {
            return work.run();
        }
        Map<String, Map<String, Tensor>> now = new LinkedHashMap<>();
        trainee.networks().forEach((task, network) -> now.put(task, trainee.values(task)));
        trainee.networks().forEach((task, network) -> network.parameters().restore(with(now.get(task), task)));
        try {
            return work.run();
        } finally {
            trainee.networks().forEach((task, network) -> network.parameters().restore(now.get(task)));
        }
    }

    /** The averaged values of a task; those of its parameters where there is no average. */
    Map<String, Tensor> orElse(Trainee trainee, String task) {
        return with(trainee.values(task), task);
    }

    private Map<String, Tensor> with(Map<String, Tensor> all, String task) {
        Map<String, Tensor> averaged = new LinkedHashMap<>(all);
        values.getOrDefault(task, Map.of()).forEach((name, array) -> averaged.put(name, Ops.toTensor(array)));
        return averaged;
    }

    /** The averaged values by {@code task.name}; empty where there is no average. */
    Map<String, Tensor> snapshot() {
        Map<String, Tensor> snapshot = new LinkedHashMap<>();
        values.forEach(
                (task, own) -> own.forEach((name, array) -> snapshot.put(task + "." + name, Ops.toTensor(array))));
        return Collections.unmodifiableMap(snapshot);
    }

    /**
     * Goes back to a snapshot; what it has of values that don't change is passed over.
     *
     * @throws IllegalArgumentException if it lacks a value, or one has another shape
     */
    void restore(Map<String, Tensor> snapshot) {
        values.forEach((task, own) -> own.forEach((name, array) -> {
            Tensor tensor = snapshot.get(task + "." + name);
            long[] shape = array.getShape().getShape();
            if (tensor == null || !tensor.shape().equals(new Shape(shape))) {
                throw new IllegalArgumentException("average does not fit: name='%s.%s', found=%s, expected=%s"
                        .formatted(task, name, tensor, array.getShape()));
            }
            Ops.set(array, tensor);
        }));
    }

    @Override
    public void close() {
        manager.close();
    }
}
