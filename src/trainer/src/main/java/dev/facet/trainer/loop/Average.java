package dev.facet.trainer.loop;

import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.network.Parameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** An exponential moving average of all values: average ← decay·average + (1 − decay)·value; off with decay 0. */
final class Average {
    private final float decay;
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, Tensor> shapes = new LinkedHashMap<>();

    Average(double decay) {
        this.decay = (float) decay;
    }

    void begin(Parameters parameters) {
        if (decay > 0) {
            restore(parameters.snapshot());
        }
    }

    void add(Parameters parameters) {
        if (decay == 0) {
            return;
        }
        parameters.snapshot().forEach((name, tensor) -> {
            float[] average = values.get(name);
            float[] now = tensor.toFloatArray();
            for (int i = 0; i < now.length; i++) {
                average[i] += (1 - decay) * (now[i] - average[i]);
            }
        });
    }

    /** Runs {@code work} with the averaged values in the parameters' place. */
    <T> T with(Parameters parameters, Supplier<T> work) {
        if (decay == 0) {
            return work.get();
        }
        Map<String, Tensor> now = parameters.snapshot();
        parameters.restore(snapshot());
        try {
            return work.get();
        } finally {
            parameters.restore(now);
        }
    }

    /** The averaged values; those of the parameters where there is no average. */
    Map<String, Tensor> orElse(Parameters parameters) {
        return decay == 0 ? parameters.snapshot() : snapshot();
    }

    /** The averaged values; empty where there is no average. */
    Map<String, Tensor> snapshot() {
        Map<String, Tensor> snapshot = new LinkedHashMap<>();
        values.forEach(
                (name, average) -> snapshot.put(name, Tensor.of(shapes.get(name).shape(), average)));
        return Collections.unmodifiableMap(snapshot);
    }

    void restore(Map<String, Tensor> snapshot) {
        snapshot.forEach((name, tensor) -> {
            values.put(name, tensor.toFloatArray());
            shapes.put(name, tensor);
        });
    }
}
