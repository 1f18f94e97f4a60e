package dev.facet.trainer.loop;

import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.step.Trainee;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An exponential moving average of all values of all tasks: average ← decay·average + (1 − decay)·value; off with decay 0. */
final class Average {
    private final float decay;
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    Average(double decay) {
        this.decay = (float) decay;
    }

    void begin(Trainee trainee) {
        if (decay > 0) {
            restore(all(trainee));
        }
    }

    void add(Trainee trainee) {
        if (decay == 0) {
            return;
        }
        all(trainee).forEach((name, tensor) -> {
            float[] average = values.get(name);
            float[] now = tensor.toFloatArray();
            for (int i = 0; i < now.length; i++) {
                average[i] += (1 - decay) * (now[i] - average[i]);
            }
        });
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
        trainee.networks().forEach((task, network) -> {
            now.put(task, trainee.values(task));
            network.parameters().restore(of(task));
        });
        try {
            return work.run();
        } finally {
            trainee.networks().forEach((task, network) -> network.parameters().restore(now.get(task)));
        }
    }

    /** The averaged values of a task; those of its parameters where there is no average. */
    Map<String, Tensor> orElse(Trainee trainee, String task) {
        return decay == 0 ? trainee.values(task) : of(task);
    }

    private Map<String, Tensor> of(String task) {
        return Trainee.under(task + ".", snapshot());
    }

    private static Map<String, Tensor> all(Trainee trainee) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String task : trainee.networks().keySet()) {
            trainee.values(task).forEach((name, tensor) -> all.put(task + "." + name, tensor));
        }
        return all;
    }

    /** The averaged values by {@code task.name}; empty where there is no average. */
    Map<String, Tensor> snapshot() {
        Map<String, Tensor> snapshot = new LinkedHashMap<>();
        values.forEach((name, average) -> snapshot.put(name, Tensor.of(shapes.get(name), average)));
        return Collections.unmodifiableMap(snapshot);
    }

    void restore(Map<String, Tensor> snapshot) {
        snapshot.forEach((name, tensor) -> {
            values.put(name, tensor.toFloatArray());
            shapes.put(name, tensor.shape());
        });
    }
}
