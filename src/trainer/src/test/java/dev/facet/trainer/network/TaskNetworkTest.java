package dev.facet.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskNetworkTest {
    private static final FilterBank BANK = RandomBank.of(2);
    private static final int SIDE = 64;

    /** Along the gradient itself the loss changes by its norm; fp32 leaves a few parts in a hundred. */
    @Test
    void gradientsAreThoseOfTheLoss() {
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network =
                        TaskNetwork.begin(manager, BANK, TinyTask.network(Stage.LAYER3, TinyTask.SEPARABLE), 5)) {
            NDArray images = random(manager, new Shape(4, 3, SIDE, SIDE), 1);
            NDArray weights = random(manager, new Shape(4, 2, SIDE / 4, SIDE / 4), 2);
            Ops.recordGradients(true);
            Ops.backward(network.forward(images, true).mul(weights).sum());
            Ops.recordGradients(false);
            for (String name : new String[] {
                "layer3.0.conv1.modulator.v",
                "layer4.1.conv2.modulator.v",
                "layer3.1.bn2.weight",
                "layer4.0.downsample.0.weight",
                "decoder.aspp.1.depthwise.weight",
                "decoder.fuse.1.pointwise.weight",
                "decoder.predict.weight"
            }) {
                NDArray parameter = network.parameters().trained().get(name);
                NDArray gradient = parameter.getGradient();
                double norm = Math.sqrt(gradient.square().sum().getFloat());
                double size = Math.sqrt(parameter.square().sum().getFloat());
                float step = (float) (1e-4 * size / norm);
                double up = moved(network, parameter, gradient, step, images, weights);
                double down = moved(network, parameter, gradient, -step, images, weights);
                assertThat((up - down) / (2 * step)).as(name).isCloseTo(norm * norm, within(0.08 * norm * norm));
            }
        }
    }

    /** A norm in training mode takes the scale of its input away, so the gain of a row gets no gradient. */
    @Test
    void gainsBeforeATrainingNormGetNoGradient() {
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network =
                        TaskNetwork.begin(manager, BANK, TinyTask.network(Stage.LAYER4, TinyTask.SEPARABLE), 5)) {
            NDArray images = random(manager, new Shape(2, 3, SIDE, SIDE), 1);
            Ops.recordGradients(true);
            Ops.backward(network.forward(images, true).square().sum());
            Ops.recordGradients(false);
            Map<String, NDArray> trained = network.parameters().trained();
            double gains = largest(trained.get("layer4.0.conv1.modulator.g").getGradient());
            double shifts = largest(trained.get("layer4.0.bn1.bias").getGradient());
            assertThat(gains).isLessThan(1e-2 * shifts);
        }
    }

    @Test
    void exportedNamesAreTheLayouts() {
        for (Decoder decoder : new Decoder[] {TinyTask.SEPARABLE, TinyTask.DENSE}) {
            for (Stage from : new Stage[] {Stage.CONV1, Stage.LAYER2, Stage.LAYER4}) {
                try (NDManager manager = TorchEngine.newManager();
                        TaskNetwork network = TaskNetwork.begin(manager, BANK, TinyTask.network(from, decoder), 5)) {
                    Map<String, Tensor> exported =
                            Modulators.merge(network.parameters().snapshot());
                    var layout = TensorLayout.pack(
                            network.specification().architecture(),
                            Modulation.RC,
                            from,
                            Map.of(),
                            decoder,
                            TinyTask.KIND.outputs());
                    assertThat(exported.keySet()).containsExactlyInAnyOrderElementsOf(layout.keySet());
                    layout.forEach((name, shape) ->
                            assertThat(exported.get(name).shape()).as(name).isEqualTo(shape));
                }
            }
        }
    }

    /** Before its first step a network is the bank's own one, wherever it is trained from. */
    @Test
    void thePrefixChangesNothingInInferenceMode() {
        try (NDManager manager = TorchEngine.newManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray images = random(manager, new Shape(1, 3, SIDE, SIDE), 1);
            float[] expected = null;
            for (Stage from : Stage.values()) {
                try (TaskNetwork network =
                        TaskNetwork.begin(manager, BANK, TinyTask.network(from, TinyTask.SEPARABLE), 5)) {
                    float[] deep = Ops.toFloats(network.features(images, false).get(1));
                    if (expected == null) {
                        expected = deep;
                    }
                    double largest = 0;
                    double difference = 0;
                    for (int i = 0; i < deep.length; i++) {
                        largest = Math.max(largest, Math.abs(expected[i]));
                        difference = Math.max(difference, Math.abs(expected[i] - deep[i]));
                    }
                    assertThat(difference).as(from.id()).isLessThan(1e-4 * largest);
                }
            }
        }
    }

    @Test
    void gainsCanBeHadBackFromAnExportedModulator() {
        Tensor rows = Tensor.of(new dev.facet.core.tensor.Shape(3, 2, 1, 1), 3, 4, 0, 2, 1, 1);
        Tensor gains = Tensor.of(new dev.facet.core.tensor.Shape(3, 1, 1, 1), 10, 0.5f, 0);
        Map<String, Tensor> merged = Modulators.merge(Map.of("c.modulator.v", rows, "c.modulator.g", gains));
        assertThat(merged.get("c.modulator").toFloatArray()).containsExactly(6, 8, 0, 0.5f, 0, 0);
        Map<String, Tensor> split = Modulators.split("c", merged.get("c.modulator"));
        assertThat(split.get("c.modulator.g").toFloatArray()).containsExactly(10, 0.5f, 0);
        assertThat(Modulators.merge(split)).isEqualTo(merged);
    }

    private static double moved(
            TaskNetwork network, NDArray parameter, NDArray direction, float step, NDArray images, NDArray weights) {
        parameter.addi(direction.mul(step));
        double value = network.forward(images, true)
                .mul(weights)
                .toType(DataType.FLOAT64, false)
                .sum()
                .getDouble();
        parameter.subi(direction.mul(step));
        return value;
    }

    private static double largest(NDArray array) {
        return array.abs().max().getFloat();
    }

    private static NDArray random(NDManager manager, Shape shape, long seed) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, shape);
    }
}
