package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointWriter;
import dev.facet.exchange.checkpoint.PretrainedNetwork;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.ModelSettings;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.network.TaskNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartingPointTest {
    private static final Architecture ARCHITECTURE = Architecture.RESNET18;

    @TempDir
    Path folder;

    /** Before the first step the network is the checkpoint's, which is the bank that {@code bank import} makes of it. */
    @ParameterizedTest
    @CsvSource({"RCM, RC, RC", "RA_series, RA_series, RA_SERIES", "RA_parallel, RA_parallel, RA_PARALLEL"})
    void theReferencesCheckpointsAreWhatTrainingBeginsWith(String layer, String source, Modulation modulation)
            throws IOException {
        Map<String, Tensor> checkpoint = RandomCheckpoint.of(modulation);
        CheckpointWriter.write(folder.resolve("resnet18_%s.pth".formatted(source)), checkpoint, 0);
        StartingPoint point = startingPoint(
                ("modulated_from: conv1\n  parameters: {conv_layer: %s, pretrained_architecture: %s, model_dir: '%s'}")
                        .formatted(layer, source, folder));
        assertThat(point.ownBank()).isTrue();
        assertThat(point.bank().tensor("layer2.0.conv1")).isEqualTo(checkpoint.get("layer2.0.conv1.Ws.weight"));

        FilterBank imported = PretrainedNetwork.of(checkpoint)
                .toBank(new BankManifest(
                        ARCHITECTURE, Optional.empty(), Map.of(), Normalization.IMAGENET, "test", "none"));
        float[] expected = answer(imported, Modulation.NORM, Start.bank());
        float[] actual = answer(point.bank(), modulation, point.start());
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        assertThat(difference).isLessThan(1e-4 * largest);
    }

    @Test
    void aBankOrRandomValuesAreTakenWhereAsked() throws IOException {
        BankWriter.write(folder.resolve("bank"), RandomBank.plain(1));
        String bank = "bank: '%s'".formatted(folder.resolve("bank"));
        assertThat(startingPoint(bank).start()).isEqualTo(Start.bank());
        StartingPoint random = startingPoint(bank + "\n  start: random");
        assertThat(random.start()).isEqualTo(Start.random());
        assertThat(random.ownBank()).isFalse();
        assertThat(random.bank().fingerprint()).isEqualTo(RandomBank.plain(1).fingerprint());
        assertThatThrownBy(
                        () -> startingPoint(bank + "\n  parameters: {conv_layer: RCM, pretrained_architecture: RC_RI}"))
                .hasMessageContaining("bank without response initialization: key='model.bank'");
    }

    /** Where the reference has nothing to start from, the filters that it freezes are random, too. */
    @Test
    void nothingPretrainedLeavesTheFiltersRandomAsWell() throws IOException {
        String yaml =
                "bank: nowhere\n  modulated_from: conv1\n  parameters: {conv_layer: RCM, pretrained_architecture: null}";
        StartingPoint point = startingPoint(yaml);

        assertThat(model(yaml).start()).isEqualTo(ModelSettings.Start.NOTHING);
        assertThat(point.start()).isEqualTo(Start.random());
        assertThat(point.ownBank()).isTrue();
        assertThat(point.bank().hasInitialValues()).isFalse();
        assertThat(point.bank().fingerprint())
                .isEqualTo(startingPoint(yaml).bank().fingerprint())
                .isNotEqualTo(StartingPoint.of(model(yaml), 2).bank().fingerprint());
        float[] answer = answer(point.bank(), Modulation.RC, point.start());
        double largest = 0;
        for (float value : answer) {
            assertThat(value).isFinite();
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).as("signal after all layers").isBetween(0.01, 1e4);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Path bare = folder.resolve("bare");
        BankWriter.write(bare, RandomBank.bare(1));
        assertThatThrownBy(() -> startingPoint("bank: '%s'".formatted(bare)))
                .hasMessageContaining("bank has no pre-trained network to start from");
        assertThat(startingPoint("bank: '%s'\n  start: random\n  modulated_from: conv1".formatted(bare))
                        .start())
                .isEqualTo(Start.random());
        assertThatThrownBy(() -> startingPoint("start: checkpoint"))
                .hasMessageContaining("key='model.parameters.model_dir'");
        assertThatThrownBy(() ->
                        startingPoint("parameters: {pretrained_architecture: RC, model_dir: '%s'}".formatted(folder)))
                .hasMessageContaining("no such checkpoint")
                .hasMessageContaining("resnet18_RC.pth");
        CheckpointWriter.write(folder.resolve("resnet18_RA_series.pth"), RandomCheckpoint.of(Modulation.RA_SERIES), 0);
        assertThatThrownBy(() -> startingPoint(("modulated_from: layer3\n  parameters: {conv_layer: RA_series,"
                                + " pretrained_architecture: RA_series, model_dir: '%s'}")
                        .formatted(folder)))
                .hasMessageContaining("to make a prefix of")
                .hasMessageContaining("expected model.modulated_from=conv1");
        Files.delete(bare);
        assertThatThrownBy(() -> startingPoint("bank: '%s'".formatted(bare)))
                .hasMessageContaining("no such bank: key='model.bank'");
    }

    private static StartingPoint startingPoint(String yaml) throws IOException {
        return StartingPoint.of(model(yaml), 1);
    }

    private static ModelSettings model(String yaml) throws IOException {
        return ConfigurationReader.parse("model:\n  " + yaml, Map.of()).model();
    }

    private static float[] answer(FilterBank bank, Modulation modulation, Start start) {
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.begin(
                        manager, bank, TinyTask.network(Adaptation.of(modulation), TinyTask.SEPARABLE), start, 5)) {
            Random random = new Random(3);
            float[] values = new float[3 * 32 * 32];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            NDArray image = manager.create(values, new Shape(1, 3, 32, 32));
            return Ops.toFloats(network.features(image, false).get(1));
        }
    }
}
