package dev.facet.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Gradients;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One convolution with its norm, in double precision. */
class UnitsTest {
    private static final Convolution CONV =
            new Convolution("layer2.0.conv1", "layer2.0.bn1", Stage.LAYER2, 3, 4, 3, 2, 1, 1);

    /** Central differences over the input and over every private tensor, with the batch's statistics. */
    @ParameterizedTest
    @EnumSource(Modulation.class)
    void gradientsAreThoseOfDifferences(Modulation modulation) {
        check(Adaptation.of(modulation));
    }

    @Test
    void gradientsOfNormalizedFeatureFusionAreThoseOfDifferences() {
        check(TinyTask.FUSED);
    }

    @Test
    void gradientsWithRunningStatisticsAreThoseOfDifferences() {
        check(TinyTask.FUSED.withRunningStatistics());
        check(Adaptation.of(Modulation.RA_SERIES).withRunningStatistics());
    }

    private static void check(Adaptation adaptation) {
        Map<String, Tensor> values = values(adaptation, 1);
        try (NDManager manager = TorchEngine.newManager()) {
            FrozenFilters frozen = frozen(manager);
            NDArray input = array(manager, new Random(3), 2, 3, 5, 4);
            NDArray weights = array(manager, new Random(4), 2, 4, 3, 2);
            Gradients.check(
                    input,
                    x -> output(frozen, parameters(manager, values), adaptation, x)
                            .mul(weights)
                            .sum());
            for (String name : List.copyOf(values.keySet())) {
                if (!name.contains("running_")) {
                    NDArray start = Ops.of(manager, values.get(name), DataType.FLOAT64);
                    Gradients.check(start, moved -> {
                        TaskParameters parameters = parameters(manager, values).replacing(name, moved);
                        return output(frozen, parameters, adaptation, input)
                                .mul(weights)
                                .sum();
                    });
                }
            }
        }
    }

    /** y = W_t·(W_s⊛x), z + A·norm(z), z + A⊛x, z, W⊛x at one position, by hand; the norm behind is the identity. */
    @ParameterizedTest
    @EnumSource(Modulation.class)
    void valuesAreThoseOfTheFormula(Modulation modulation) {
        Adaptation adaptation = Adaptation.of(modulation);
        Map<String, Tensor> values = values(adaptation, 1);
        values.put("layer2.0.bn1.weight", Tensor.ofDoubles(new Shape(4), 1, 1, 1, 1));
        values.put("layer2.0.bn1.bias", Tensor.ofDoubles(new Shape(4), new double[4]));
        values.put("layer2.0.bn1.running_mean", Tensor.ofDoubles(new Shape(4), new double[4]));
        double one = 1 - 1e-5;
        values.put("layer2.0.bn1.running_var", Tensor.ofDoubles(new Shape(4), one, one, one, one));
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray x = array(manager, new Random(3), 1, 3, 5, 4);
            double[] y = output(frozen(manager), parameters(manager, values), adaptation, x, false)
                    .toDoubleArray();
            double[] z = convolve(x.toDoubleArray(), filters().toDoubleArray(), 1, 1);
            double[] expected = switch (modulation) {
                case NORM -> z;
                case NONE ->
                    convolve(
                            x.toDoubleArray(),
                            values.get("layer2.0.conv1.weight").toDoubleArray(),
                            1,
                            1);
                case RC -> times(values.get("layer2.0.conv1.modulator").toDoubleArray(), z);
                case RA_SERIES -> {
                    double[] normed = new double[4];
                    for (int i = 0; i < 4; i++) {
                        double scale = value(values, "layer2.0.conv1.adapter_norm.weight", i)
                                / Math.sqrt(value(values, "layer2.0.conv1.adapter_norm.running_var", i) + 1e-5);
                        normed[i] = (z[i] - value(values, "layer2.0.conv1.adapter_norm.running_mean", i)) * scale
                                + value(values, "layer2.0.conv1.adapter_norm.bias", i);
                    }
                    yield sum(z, times(values.get("layer2.0.conv1.adapter").toDoubleArray(), normed));
                }
                case RA_PARALLEL -> {
                    double[] centre = new double[3];
                    for (int c = 0; c < 3; c++) {
                        centre[c] = x.toDoubleArray()[c * 20 + 2 * 4 + 2];
                    }
                    yield sum(z, times(values.get("layer2.0.conv1.adapter").toDoubleArray(), centre));
                }
            };
            // Row 1, column 1 of the 3×2 map: the centre of the kernel lies at row 2, column 2 of the input.
            for (int channel = 0; channel < 4; channel++) {
                assertThat(y[channel * 6 + 3]).as("channel %d", channel).isCloseTo(expected[channel], within(1e-7));
            }
        }
    }

    private static double value(Map<String, Tensor> values, String name, int index) {
        return values.get(name).toDoubleArray()[index];
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    private static double[] times(double[] matrix, double[] vector) {
        double[] product = new double[matrix.length / vector.length];
        for (int i = 0; i < matrix.length; i++) {
            product[i / vector.length] += matrix[i] * vector[i % vector.length];
        }
        return product;
    }

    /** One position of a 3×3 convolution with stride 2 and padding 1 of [3, 5, 4]. */
    private static double[] convolve(double[] x, double[] filters, int row, int column) {
        double[] y = new double[4];
        for (int i = 0; i < filters.length; i++) {
            int c = i / 9 % 3;
            int sourceRow = 2 * row - 1 + i % 9 / 3;
            int sourceColumn = 2 * column - 1 + i % 3;
            if (sourceRow >= 0 && sourceRow < 5 && sourceColumn >= 0 && sourceColumn < 4) {
                y[i / 27] += filters[i] * x[c * 20 + sourceRow * 4 + sourceColumn];
            }
        }
        return y;
    }

    private static NDArray output(FrozenFilters frozen, TaskParameters parameters, Adaptation adaptation, NDArray x) {
        return output(frozen, parameters, adaptation, x, true);
    }

    private static NDArray output(
            FrozenFilters frozen, TaskParameters parameters, Adaptation adaptation, NDArray x, boolean training) {
        return new Units(frozen, parameters, adaptation).apply(CONV, x, training);
    }

    private static FrozenFilters frozen(NDManager manager) {
        return new FrozenFilters(Map.of(CONV.name(), Ops.of(manager, filters(), DataType.FLOAT64)));
    }

    private static Tensor filters() {
        return random(new Random(2), 4, 3, 3, 3);
    }

    private static TaskParameters parameters(NDManager manager, Map<String, Tensor> values) {
        return TaskParameters.of(manager, values, name -> false, DataType.FLOAT64);
    }

    private static Map<String, Tensor> values(Adaptation adaptation, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> values = new LinkedHashMap<>();
        List<String> norms = new ArrayList<>(List.of(CONV.norm()));
        switch (adaptation.modulation()) {
            case RC -> values.put("layer2.0.conv1.modulator", random(random, 4, 4, 1, 1));
            case RA_SERIES -> {
                values.put("layer2.0.conv1.adapter", random(random, 4, 4, 1, 1));
                norms.add("layer2.0.conv1.adapter_norm");
            }
            case RA_PARALLEL -> values.put("layer2.0.conv1.adapter", random(random, 4, 3, 1, 1));
            case NONE -> values.put("layer2.0.conv1.weight", random(random, 4, 3, 3, 3));
            case NORM -> {
                // Norms only.
            }
        }
        if (adaptation.fusion()) {
            Tensor modulator = values.remove("layer2.0.conv1.modulator");
            values.putAll(Modulators.split(CONV.name(), modulator));
        }
        for (String norm : norms) {
            values.put(norm + ".weight", random(random, 4));
            values.put(norm + ".bias", random(random, 4));
            values.put(norm + ".running_mean", random(random, 4));
            values.put(norm + ".running_var", Tensor.ofDoubles(new Shape(4), 0.5, 1, 2, 1.5));
        }
        return values;
    }

    private static Tensor random(Random random, long... extents) {
        Shape shape = new Shape(extents);
        return Tensor.ofDoubles(shape, random.doubles(shape.elements(), -1, 1).toArray());
    }

    private static NDArray array(NDManager manager, Random random, long... extents) {
        return Ops.of(manager, random(random, extents), DataType.FLOAT64);
    }
}
