package dev.facet.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.step.Optimizer;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.UpdateRule;
import dev.facet.trainer.step.UpdateRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Where response initialization and normalized feature fusion cannot matter. From one network, with training norms and plain gradient
 * descent with momentum and decay, RC, RC+RI (full rank), RC+NFF and RC+RI+NFF are one training run: RI is a rotation of the hidden
 * channels that gradient, momentum and decay follow, and the norm behind a modulator takes the scale of its rows away.
 *
 * <p>A network of four convolutions in double precision, 50 steps. Losses differ by rounding and by the norm's epsilon alone.
 */
class RotationTest {
    private static final int STEPS = 50;
    private static final double TOLERANCE = 1e-6;
    private static final List<Convolution> CONVOLUTIONS = List.of(
            new Convolution("conv1", "bn1", Stage.CONV1, 3, 8, 3, 1, 1, 1),
            new Convolution("layer1.0.conv1", "layer1.0.bn1", Stage.LAYER1, 8, 8, 3, 2, 1, 1),
            new Convolution("layer2.0.conv1", "layer2.0.bn1", Stage.LAYER2, 8, 12, 3, 1, 2, 2),
            new Convolution("layer3.0.conv1", "layer3.0.bn1", Stage.LAYER3, 12, 12, 3, 1, 1, 1));
    private static final int CLASSES = 3;
    private static final UpdateRule DESCENT = UpdateRule.Sgd.withMomentum(0.9);

    @Test
    void rotatingTheBankAndFusingFeaturesLeaveTrainingAsItIs() {
        Adaptation plain = Adaptation.of(Modulation.RC);
        double[] losses = train(plain, false, DESCENT);
        assertThat(losses[STEPS - 1]).as("it learns").isLessThan(0.8 * losses[0]);
        assertThat(largestDifference(losses, train(plain, true, DESCENT))).isLessThan(TOLERANCE);
        assertThat(largestDifference(losses, train(plain.withFusion(true), false, DESCENT)))
                .isLessThan(TOLERANCE);
        assertThat(largestDifference(losses, train(plain.withFusion(true), true, DESCENT)))
                .isLessThan(TOLERANCE);
    }

    /** The comparison can tell: an optimizer that isn't rotation-invariant, or norms that don't take the scale away. */
    @Test
    void otherOptimizersAndRunningStatisticsDoTellThemApart() {
        Adaptation plain = Adaptation.of(Modulation.RC);
        UpdateRule adam = UpdateRules.of("Adam", Map.of());
        assertThat(largestDifference(train(plain, false, adam), train(plain, true, adam)))
                .isGreaterThan(100 * TOLERANCE);
        Adaptation running = plain.withRunningStatistics();
        assertThat(largestDifference(train(running, false, DESCENT), train(running.withFusion(true), false, DESCENT)))
                .isGreaterThan(100 * TOLERANCE);
    }

    private static double largestDifference(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    /** Losses of every step. */
    private static double[] train(Adaptation adaptation, boolean rotated, UpdateRule rule) {
        Random random = new Random(11);
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            classes.add(new LabelClass("class " + i, "#000000"));
        }
        Loss loss = Loss.forKind(new Segmentation(classes), OptionalDouble.empty());
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray images = Ops.of(manager, random(random, 1, 4, 3, 10, 10), DataType.FLOAT64);
            float[] labels = new float[4 * 10 * 10];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = i % 10 / 4;
            }
            Map<String, NDArray> filters = new LinkedHashMap<>();
            Map<String, Tensor> values = new LinkedHashMap<>();
            NDArray x = images;
            for (Convolution conv : CONVOLUTIONS) {
                double scale = Math.sqrt(6.0 / (conv.inChannels() * 9));
                Tensor original = random(random, scale, conv.outChannels(), conv.inChannels(), 3, 3);
                Tensor basis = identity(conv.outChannels());
                NDArray response = convolve(x, Ops.of(manager, original, DataType.FLOAT64), conv);
                if (rotated) {
                    basis = Responses.basis(response);
                    original = Responses.rotated(original, basis);
                }
                filters.put(conv.name(), Ops.of(manager, original, DataType.FLOAT64));
                values.put(conv.name() + ".modulator", basis);
                x = Ops.relu(response);
            }
            if (adaptation.fusion()) {
                for (Convolution conv : CONVOLUTIONS) {
                    values.putAll(Modulators.split(conv.name(), values.remove(conv.name() + ".modulator")));
                }
            }
            for (Convolution conv : CONVOLUTIONS) {
                int channels = conv.outChannels();
                values.put(conv.norm() + ".weight", constant(channels, 1));
                values.put(conv.norm() + ".bias", constant(channels, 0));
                values.put(conv.norm() + ".running_mean", constant(channels, 0));
                values.put(conv.norm() + ".running_var", constant(channels, 1));
            }
            values.put("decoder.predict.weight", random(random, 0.3, CLASSES, 12, 1, 1));
            TaskParameters parameters = TaskParameters.of(manager, values, name -> true, DataType.FLOAT64);
            Units units = new Units(new FrozenFilters(filters), parameters, adaptation);
            Optimizer optimizer = new Optimizer(manager, OptimizerSettings.of(rule, 1e-3), parameters.trained());
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                losses[step] = step(units, parameters, loss, images, labels);
                optimizer.step(rule == DESCENT ? 0.02 : 0.002);
            }
            return losses;
        }
    }

    private static double step(Units units, TaskParameters parameters, Loss loss, NDArray images, float[] labels) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Ops.recordGradients(true);
            NDArray x = images;
            for (Convolution conv : CONVOLUTIONS) {
                x = Ops.relu(units.apply(conv, x, true));
            }
            NDArray map = Ops.pointwise(x, parameters.get("decoder.predict.weight"));
            NDArray value = loss.of(loss.prediction(map, 10, 10), labels);
            Ops.backward(value);
            Ops.recordGradients(false);
            return value.getDouble();
        }
    }

    private static NDArray convolve(NDArray x, NDArray filters, Convolution conv) {
        return Ops.convolution(x, filters, null, conv.stride(), conv.padding(), conv.dilation(), 1);
    }

    private static Tensor identity(int channels) {
        double[] values = new double[channels * channels];
        for (int i = 0; i < channels; i++) {
            values[i * channels + i] = 1;
        }
        return Tensor.ofDoubles(new Shape(channels, channels, 1, 1), values);
    }

    private static Tensor constant(int channels, double value) {
        double[] values = new double[channels];
        java.util.Arrays.fill(values, value);
        return Tensor.ofDoubles(new Shape(channels), values);
    }

    private static Tensor random(Random random, double scale, long... extents) {
        Shape shape = new Shape(extents);
        return Tensor.ofDoubles(
                shape, random.doubles(shape.elements(), -scale, scale).toArray());
    }
}
