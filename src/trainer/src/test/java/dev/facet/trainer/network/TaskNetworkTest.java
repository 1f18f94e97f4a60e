package dev.facet.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskNetworkTest {
    private static final FilterBank BANK = RandomBank.of(2);
    private static final FilterBank PLAIN = RandomBank.plain(2);
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
        for (Modulation modulation : Modulation.values()) {
            for (Stage from : new Stage[] {Stage.CONV1, Stage.LAYER4}) {
                for (Decoder decoder : new Decoder[] {TinyTask.SEPARABLE, TinyTask.DENSE}) {
                    namesAreTheLayouts(Adaptation.of(modulation).from(from), decoder);
                }
            }
        }
        namesAreTheLayouts(TinyTask.FUSED.from(Stage.LAYER2), TinyTask.SEPARABLE);
    }

    private static void namesAreTheLayouts(Adaptation adaptation, Decoder decoder) {
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.begin(manager, PLAIN, TinyTask.network(adaptation, decoder), 5)) {
            Map<String, Tensor> exported = Modulators.merge(network.parameters().snapshot());
            var layout = TensorLayout.pack(
                    network.specification().architecture(),
                    adaptation.modulation(),
                    adaptation.modulatedFrom(),
                    Map.of(),
                    decoder,
                    TinyTask.KIND.outputs());
            assertThat(exported.keySet()).containsExactlyInAnyOrderElementsOf(layout.keySet());
            layout.forEach((name, shape) ->
                    assertThat(exported.get(name).shape()).as(name).isEqualTo(shape));
        }
    }

    /** Before its first step a network is the bank's own one, however it is modulated and wherever it is trained from. */
    @Test
    void everyModulationBeginsAtTheBanksNetwork() {
        try (NDManager manager = TorchEngine.newManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray images = random(manager, new Shape(1, 3, SIDE, SIDE), 1);
            float[] expected = deep(manager, BANK, TinyTask.FUSED, images);
            for (Modulation modulation : Modulation.values()) {
                for (Stage from : new Stage[] {Stage.CONV1, Stage.LAYER1, Stage.LAYER3, Stage.LAYER4}) {
                    float[] deep = deep(manager, BANK, Adaptation.of(modulation).from(from), images);
                    assertThat(difference(expected, deep))
                            .as("%s from %s", modulation.id(), from.id())
                            .isLessThan(1e-4);
                }
            }
        }
    }

    /** The numbers of section 1.5: encoders with modulators, gains, norms and shortcuts; decoders. */
    @ParameterizedTest
    @CsvSource({
        "RESNET18, RC, true, 1582272",
        "RESNET18, RC, false, 1578368",
        "RESNET18, NONE, false, 11176512",
        "RESNET18, NORM, false, 9600",
        "RESNET34, RC, true, 2715712",
        "RESNET34, NONE, false, 21284672"
    })
    void trainsAsManyNumbersAsTheMethodSays(
            Architecture architecture, Modulation modulation, boolean fusion, long encoder) {
        FilterBank bank = architecture == Architecture.RESNET18 ? PLAIN : RandomBank.plain(architecture, 3);
        NetworkSpecification specification = new NetworkSpecification(
                architecture, 16, Adaptation.of(modulation).withFusion(fusion), Decoder.reference(16), 21);
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.begin(manager, bank, specification, 5)) {
            assertThat(network.parameters().trainedElements())
                    .isEqualTo(encoder + 4_131_840 + 3_168 + 1_291_264 + 5_397);
        }
    }

    @Test
    void whatIsNotTrainedStaysAndStatisticsFollow() {
        Adaptation base = TinyTask.FUSED.from(Stage.LAYER4);
        String modulator = "layer4.0.conv1.modulator.v";
        String shortcut = "layer4.0.downsample.0.weight";
        String norm = "layer4.0.bn1.weight";
        String mean = "layer4.0.bn1.running_mean";
        try (NDManager manager = TorchEngine.newManager()) {
            assertThat(trained(manager, base)).contains(modulator, shortcut, norm, "decoder.low.norm.weight");
            assertThat(trained(manager, base.freezing(ParameterRole.CONVOLUTIONS)))
                    .contains(norm, "decoder.low.norm.weight")
                    .doesNotContain(modulator, shortcut, "layer4.0.conv1.modulator.g");
            assertThat(trained(manager, base.freezing(Set.of(ParameterRole.NORMS))))
                    .contains(modulator, shortcut, "decoder.low.norm.weight")
                    .doesNotContain(norm, "layer4.0.downsample.1.bias");
            assertThat(trained(manager, base.freezing(Set.of(ParameterRole.MODULATORS))))
                    .contains(shortcut, norm, "layer4.0.conv1.modulator.g")
                    .doesNotContain(modulator);
            Adaptation series = Adaptation.of(Modulation.RA_SERIES).from(Stage.LAYER4);
            assertThat(trained(manager, series.freezing(Set.of(ParameterRole.NORMS))))
                    .contains("layer4.0.conv1.adapter")
                    .doesNotContain("layer4.0.conv1.adapter_norm.weight");

            NDArray images = random(manager, new Shape(2, 3, SIDE, SIDE), 1);
            for (Adaptation adaptation :
                    new Adaptation[] {base.freezing(Set.of(ParameterRole.NORMS)), base.withRunningStatistics()}) {
                try (TaskNetwork network =
                        TaskNetwork.begin(manager, PLAIN, TinyTask.network(adaptation, TinyTask.SEPARABLE), 5)) {
                    Map<String, Tensor> before = network.parameters().snapshot();
                    network.forward(images, true);
                    Map<String, Tensor> after = network.parameters().snapshot();
                    assertThat(after.get(norm)).isEqualTo(before.get(norm));
                    assertThat(after.get(mean).equals(before.get(mean))).isEqualTo(!adaptation.batchStatistics());
                    assertThat(after.get("decoder.low.norm.running_mean"))
                            .isNotEqualTo(before.get("decoder.low.norm.running_mean"));
                }
            }
        }
    }

    private static Set<String> trained(NDManager manager, Adaptation adaptation) {
        try (TaskNetwork network =
                TaskNetwork.begin(manager, PLAIN, TinyTask.network(adaptation, TinyTask.SEPARABLE), 5)) {
            return Set.copyOf(network.parameters().trained().keySet());
        }
    }

    @Test
    void anOutputStrideIsThatOfTheEncodersLastMap() {
        try (NDManager manager = TorchEngine.newManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray images = random(manager, new Shape(1, 3, SIDE, SIDE), 1);
            for (int stride : new int[] {8, 16, 32}) {
                NetworkSpecification specification =
                        new NetworkSpecification(Architecture.RESNET18, stride, TinyTask.FUSED, TinyTask.SEPARABLE, 2);
                try (TaskNetwork network = TaskNetwork.begin(manager, PLAIN, specification, 5)) {
                    var features = network.features(images, false);
                    assertThat(features.get(0).getShape()).isEqualTo(new Shape(1, 64, SIDE / 4, SIDE / 4));
                    assertThat(features.get(1).getShape()).isEqualTo(new Shape(1, 512, SIDE / stride, SIDE / stride));
                    assertThat(network.forward(images, false).getShape())
                            .isEqualTo(new Shape(1, 2, SIDE / 4, SIDE / 4));
                }
            }
        }
    }

    @Test
    void startsFromGivenValuesAndFromNothing() {
        Adaptation adaptation = Adaptation.of(Modulation.RA_PARALLEL).from(Stage.LAYER4);
        NetworkSpecification specification = TinyTask.network(adaptation, TinyTask.SEPARABLE);
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork random = TaskNetwork.begin(manager, PLAIN, specification, Start.random(), 5)) {
            Map<String, Tensor> values = random.parameters().snapshot();
            try (TaskNetwork same = TaskNetwork.begin(manager, PLAIN, specification, Start.values(values), 6)) {
                assertThat(same.parameters().snapshot()).isEqualTo(values);
            }
            Map<String, Tensor> encoder = new LinkedHashMap<>(values);
            encoder.keySet().removeIf(name -> name.startsWith("decoder."));
            try (TaskNetwork half = TaskNetwork.begin(manager, PLAIN, specification, Start.values(encoder), 6)) {
                Map<String, Tensor> begun = half.parameters().snapshot();
                assertThat(begun).containsAllEntriesOf(encoder);
                assertThat(begun.get("decoder.predict.weight")).isNotEqualTo(values.get("decoder.predict.weight"));
            }
            encoder.remove("layer4.1.conv2.adapter");
            assertThatThrownBy(() -> TaskNetwork.begin(manager, PLAIN, specification, Start.values(encoder), 6))
                    .hasMessageContaining("missing tensor to start from: name='layer4.1.conv2.adapter'");
        }
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        assertThatThrownBy(() -> Adaptation.of(Modulation.RA_SERIES).withFusion(true))
                .hasMessage("normalized feature fusion: value=true, expected=false with modulation=ra-series"
                        + " (only rc has modulators)");
        FilterBank bare = RandomBank.bare(3);
        try (NDManager manager = TorchEngine.newManager()) {
            NetworkSpecification whole = TinyTask.network(TinyTask.FUSED, TinyTask.SEPARABLE);
            assertThatThrownBy(() -> TaskNetwork.begin(manager, bare, whole, 5))
                    .hasMessageContaining("bank has nothing to start from: init.*=absent");
            NetworkSpecification prefix = TinyTask.network(TinyTask.FUSED.from(Stage.LAYER3), TinyTask.SEPARABLE);
            assertThatThrownBy(() -> TaskNetwork.begin(manager, bare, prefix, Start.random(), 5))
                    .hasMessageContaining("bank has nothing to make a prefix of");
            NetworkSpecification deep =
                    new NetworkSpecification(Architecture.RESNET34, 16, TinyTask.FUSED, TinyTask.SEPARABLE, 2);
            assertThatThrownBy(() -> TaskNetwork.begin(manager, PLAIN, deep, 5))
                    .hasMessageContaining("architecture: value=resnet34, expected=resnet18");
            TaskNetwork.begin(manager, bare, whole, Start.random(), 5).close();
        }
    }

    private static float[] deep(NDManager manager, FilterBank bank, Adaptation adaptation, NDArray images) {
        try (TaskNetwork network =
                TaskNetwork.begin(manager, bank, TinyTask.network(adaptation, TinyTask.SEPARABLE), 5)) {
            return Ops.toFloats(network.features(images, false).get(1));
        }
    }

    /** max|Δ|/max|y|. */
    private static double difference(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference / largest;
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
