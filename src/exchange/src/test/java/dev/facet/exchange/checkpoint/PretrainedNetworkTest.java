package dev.facet.exchange.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.RandomTensors;
import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PretrainedNetworkTest {
    private enum Kind {
        TORCHVISION,
        RC,
        RA_SERIES,
        RA_PARALLEL
    }

    private static final SplittableRandom RANDOM = new SplittableRandom(7);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyClassifierBecomesABankOfTheSameFunction(Kind kind) {
        for (Architecture architecture :
                kind == Kind.TORCHVISION ? Architecture.values() : new Architecture[] {Architecture.RESNET18}) {
            Map<String, Tensor> checkpoint = checkpoint(architecture, kind);
            FilterBank bank = bank(PretrainedNetwork.of(checkpoint));
            assertThat(bank.manifest().architecture()).isEqualTo(architecture);
            assertThat(bank.hasInitialValues()).isTrue();
            for (Convolution conv : architecture.convolutions()) {
                double[] column = RANDOM.doubles(conv.inChannels() * conv.kernel() * conv.kernel(), -1, 1)
                        .toArray();
                assertThat(bankResponse(bank, conv, column))
                        .as(conv.name())
                        .containsExactly(response(checkpoint, conv, kind, column), within(1e-4));
            }
        }
    }

    private static double[] bankResponse(FilterBank bank, Convolution conv, double[] column) {
        double[] response = PlainResponse.times(bank.tensor(conv.name()), column);
        String modulator = "init." + conv.name() + ".modulator";
        double[] frozen = bank.has(modulator) ? PlainResponse.times(bank.tensor(modulator), response) : response;
        return PlainResponse.norm(bank::tensor, "init." + conv.norm(), frozen);
    }

    private static double[] response(Map<String, Tensor> checkpoint, Convolution conv, Kind kind, double[] column) {
        String name = conv.name();
        double[] response = PlainResponse.times(
                checkpoint.get(name + (kind == Kind.TORCHVISION ? ".weight" : ".Ws.weight")), column);
        Tensor modulator = checkpoint.get(name + ".Wt.weight");
        switch (kind) {
            case RC -> response = PlainResponse.times(modulator, response);
            case RA_SERIES -> {
                double[] adapted =
                        PlainResponse.times(modulator, PlainResponse.norm(checkpoint::get, name + ".bn", response));
                for (int i = 0; i < response.length; i++) {
                    response[i] += adapted[i];
                }
            }
            case RA_PARALLEL -> {
                int area = conv.kernel() * conv.kernel();
                for (int i = 0; i < conv.inChannels() * response.length; i++) {
                    int input = i % conv.inChannels();
                    response[i / conv.inChannels()] +=
                            modulator.data().getFloat(4 * i) * column[input * area + area / 2];
                }
            }
            case TORCHVISION -> {
                // The filters are all there is.
            }
        }
        return PlainResponse.norm(checkpoint::get, conv.norm(), response);
    }

    private static Map<String, Tensor> checkpoint(Architecture architecture, Kind kind) {
        Map<String, Shape> layout = new LinkedHashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            String name = conv.name();
            boolean plain = kind == Kind.TORCHVISION;
            layout.put(
                    name + (plain ? ".weight" : ".Ws.weight"),
                    new Shape(conv.outChannels(), conv.inChannels(), conv.kernel(), conv.kernel()));
            if (!plain) {
                int columns = kind == Kind.RA_PARALLEL ? conv.inChannels() : conv.outChannels();
                layout.put(name + ".Wt.weight", new Shape(conv.outChannels(), columns, 1, 1));
            }
            if (kind == Kind.RA_SERIES) {
                putNorm(layout, name + ".bn", conv.outChannels());
            }
            putNorm(layout, conv.norm(), conv.outChannels());
        }
        for (Convolution conv : architecture.shortcuts()) {
            layout.put(conv.name() + ".weight", new Shape(conv.outChannels(), conv.inChannels(), 1, 1));
            putNorm(layout, conv.norm(), conv.outChannels());
        }
        layout.put("fc.weight", new Shape(10, 512));
        layout.put("fc.bias", new Shape(10));
        return RandomTensors.tensors(layout, 11);
    }

    private static void putNorm(Map<String, Shape> layout, String name, int channels) {
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
            layout.put(name + "." + part, new Shape(channels));
        }
    }

    private static FilterBank bank(PretrainedNetwork network) {
        return network.toBank(new BankManifest(
                network.architecture(), Optional.empty(), Map.of(), Normalization.IMAGENET, "", "unknown"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RA_SERIES", "RA_PARALLEL"})
    void adaptersCanStayApartFromTheirFilters(Kind kind) {
        Map<String, Tensor> checkpoint = checkpoint(Architecture.RESNET18, kind);
        Modulation modulation = kind == Kind.RA_SERIES ? Modulation.RA_SERIES : Modulation.RA_PARALLEL;
        PretrainedAdapters adapters = PretrainedAdapters.of(checkpoint, modulation);
        FilterBank bank = adapters.bank(Normalization.IMAGENET, "", "unknown");
        assertThat(bank.hasInitialValues()).isFalse();
        assertThat(bank.tensor("layer2.0.conv1")).isEqualTo(checkpoint.get("layer2.0.conv1.Ws.weight"));
        Map<String, Shape> layout = TensorLayout.encoder(Architecture.RESNET18, modulation, Stage.CONV1, Map.of());
        assertThat(adapters.tensors().keySet()).containsExactlyInAnyOrderElementsOf(layout.keySet());
        layout.forEach((name, shape) ->
                assertThat(adapters.tensors().get(name).shape()).as(name).isEqualTo(shape));
        assertThat(adapters.tensors().get("layer2.0.conv1.adapter"))
                .isEqualTo(checkpoint.get("layer2.0.conv1.Wt.weight"));
        assertThat(adapters.tensors().get("layer2.0.bn1.bias")).isEqualTo(checkpoint.get("layer2.0.bn1.bias"));

        Modulation other = kind == Kind.RA_SERIES ? Modulation.RA_PARALLEL : Modulation.RA_SERIES;
        assertThatThrownBy(() -> PretrainedAdapters.of(checkpoint, other))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("found=%s, expected=%s".formatted(modulation.id(), other.id()));
        checkpoint.remove("layer3.1.conv2.Wt.weight");
        assertThatThrownBy(() -> PretrainedAdapters.of(checkpoint, modulation))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("missing adapter: tensor='layer3.1.conv2.Wt.weight'");
    }

    @Test
    void foldedNormsAreReportedToBeMeasured() {
        Map<String, Tensor> checkpoint = checkpoint(Architecture.RESNET18, Kind.TORCHVISION);
        Map<String, double[]> means = new LinkedHashMap<>();
        Map<String, double[]> variances = new LinkedHashMap<>();
        for (Convolution conv : Architecture.RESNET18.convolutionsAndShortcuts()) {
            checkpoint.keySet().removeIf(name -> name.startsWith(conv.norm() + "."));
            checkpoint.put(
                    conv.name() + ".bias", Tensor.of(new Shape(conv.outChannels()), new float[conv.outChannels()]));
            means.put(conv.name(), RANDOM.doubles(conv.outChannels(), -1, 1).toArray());
            variances.put(conv.name(), RANDOM.doubles(conv.outChannels(), 0, 2).toArray());
        }
        PretrainedNetwork network = PretrainedNetwork.of(checkpoint);
        assertThat(network.hasNorms()).isFalse();
        assertThat(network.biases()).hasSize(20);
        FilterBank bank = network.toBank(
                new BankManifest(
                        Architecture.RESNET18, Optional.empty(), Map.of(), Normalization.IMAGENET, "", "unknown"),
                means,
                variances);
        // In inference mode the measured norms change nothing: the folded network's biases were 0.
        double[] values = RANDOM.doubles(64, -3, 3).toArray();
        assertThat(PlainResponse.norm(bank::tensor, "init.bn1", values)).containsExactly(values, within(1e-5));

        checkpoint.remove("layer3.0.conv1.bias");
        assertThatThrownBy(() -> PretrainedNetwork.of(checkpoint))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected 'layer3.0.bn1.weight' or 'layer3.0.conv1.bias'");
    }

    @Test
    void saysWhatIsNotSupported() {
        Map<String, Tensor> checkpoint = checkpoint(Architecture.RESNET18, Kind.TORCHVISION);
        assertThatThrownBy(() -> PretrainedNetwork.of(checkpoint, Architecture.RESNET34))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("missing tensor: name='layer1.2.conv1.weight'");
        checkpoint.put("layer1.0.conv3.weight", Tensor.of(new Shape(1), 1));
        assertThatThrownBy(() -> PretrainedNetwork.of(checkpoint))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("bottleneck blocks");
    }
}
