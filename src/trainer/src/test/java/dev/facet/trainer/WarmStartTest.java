package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartTest {
    @TempDir
    static Path folder;

    private static Path tiny;
    private static FilterBank bank;

    @BeforeAll
    static void trainOnce() throws IOException {
        Path out = folder.resolve("first");
        Path config = TinyFolder.write(folder);
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config.toString(), "--out", out.toString());
        assertThat(answer.code()).as(answer.errors()).isZero();
        tiny = out.resolve("tiny.safetensors");
        bank = BankReader.read(folder.resolve("bank.safetensors"));
    }

    private static TrainerProcess.Answer train(Path out, Path pack, String... settings) throws IOException {
        Path config = folder.resolve("few.yaml");
        Files.writeString(config, """
                training_strategy: {max_iter: 1, ema: 0}
                model: {bank: '%s'}
                dataset: {root: '%s', task: segmentation}
                optimizer: {parameters: {lr: 0.0001}}
                train_dataloader:
                  dataset_args: {image_set: few, augmentations: {RandomCrop: {size: 32}}}
                  dataloader_args: {batch_size: 4}
                logger: {tensorboard: false}
                pack: {name: tuned, store: fp32}
                """.formatted(folder.resolve("bank.safetensors"), folder.resolve("data")));
        Files.write(
                folder.resolve("data/splits/few.txt"),
                Files.readAllLines(folder.resolve("data/splits/train.txt")).subList(0, 2));
        List<String> arguments = new ArrayList<>(
                List.of("train", "--config", config.toString(), "--out", out.toString(), "--from", pack.toString()));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return TrainerProcess.run(arguments.toArray(String[]::new));
    }

    /** Two images, fewer than a batch has; nothing is said of the network, which is the pack's. */
    @Test
    void aTrainingGoesOnFromWhatThePackHas(@TempDir Path out) throws IOException {
        TrainerProcess.Answer answer = train(out, tiny);

        assertThat(answer.code()).as(answer.errors()).isZero();
        TrainingConfiguration effective =
                ConfigurationReader.read(out.resolve("config.yaml").toString(), Map.of());
        assertThat(effective.model().modulatedFrom()).isEqualTo(Stage.LAYER4);
        assertThat(effective.model().parameters().decoder().width()).isEqualTo(8);
        assertThat(effective.input().size()).hasValue(48);
        ModulatorPack before = PackReader.read(tiny, bank);
        ModulatorPack after = PackReader.read(out.resolve("tuned.safetensors"), bank);
        // Statistics move fast, whatever the rate.
        for (String name : List.of("layer4.0.conv1.modulator", "layer4.1.bn2.weight", "decoder.predict.weight")) {
            assertThat(after.tensor(name).toFloatArray())
                    .as(name)
                    .isNotEqualTo(before.tensor(name).toFloatArray())
                    .containsExactly(before.tensor(name).toFloatArray(), within(2e-3f));
        }
        assertThat(after.manifest().provenance().command())
                .contains(" --from tiny@1 (sha256 %s)".formatted(before.digest()))
                .doesNotContain(folder.toString());
    }

    @Test
    void itGoesOnFromTheSamePackOnly(@TempDir Path out, @TempDir Path other) throws IOException {
        assertThat(train(out, tiny).code()).isZero();
        assertThat(train(other, tiny, "pack.name=tiny").code()).isZero();
        TrainerProcess.Answer answer = TrainerProcess.run(
                "train",
                "--config",
                folder.resolve("few.yaml").toString(),
                "--out",
                out.toString(),
                "--resume",
                "--from",
                other.resolve("tiny.safetensors").toString());
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors()).contains("resuming with another start (model.start): value=pack tiny@1");
    }

    @Test
    void whatDoesNotFitIsSaidBeforeAnythingIsWritten(@TempDir Path parent) throws IOException {
        Path out = parent.resolve("out");
        assertThat(train(out, tiny, "model.modulated_from=layer3").errors())
                .contains("model.modulated_from=layer4, expected=layer3 as the configuration has it")
                .hasLineCount(1);
        assertThat(train(out, parent.resolve("none.safetensors")).errors())
                .contains("no such pack: key='model.from'")
                .hasLineCount(1);
        assertThat(train(out, tiny, "model.start=bank").errors())
                .contains("contradiction: model.start=bank, model.from=")
                .hasLineCount(1);
        Path foreign = parent.resolve("foreign.safetensors");
        BankWriter.write(foreign, RandomBank.of(2));
        assertThat(train(out, tiny, "model.bank=" + foreign).errors())
                .contains("WRONG_BANK")
                .hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void whatMeansSomethingElseBeginsAnewAndThatIsSaid() throws IOException {
        WarmStart start = WarmStart.read(tiny, bank);
        NetworkSpecification same = TinyTask.network(Stage.LAYER4, TinyTask.SEPARABLE);
        assertThat(start.said(TinyTask.task(TinyTask.KIND, same)))
                .isEqualTo("segmentation starts from tiny@1: all weights");
        assertThat(names(start.of(TinyTask.task(TinyTask.KIND, same))))
                .isEqualTo(start.pack().manifest().layout().keySet());

        Segmentation other =
                new Segmentation(List.of(new LabelClass("water", "#0000ff"), new LabelClass("land", "#00ff00")));
        assertThat(start.said(TinyTask.task(other, same)))
                .contains("but the last layer's, which begins anew: the pack has segmentation of 2 classes");
        assertThat(names(start.of(TinyTask.task(other, same))))
                .contains("decoder.aspp.0.conv.weight", "layer4.0.conv1.modulator")
                .noneMatch(name -> name.startsWith("decoder.predict"));
        assertThat(start.said(TinyTask.task(new Saliency(), same))).contains("the task saliency");

        Decoder reach = new Decoder(Decoder.Kind.SEPARABLE, 8, 4, List.of(2, 3, 5));
        NetworkSpecification farther = TinyTask.network(Stage.LAYER4, reach);
        assertThat(start.said(TinyTask.task(TinyTask.KIND, farther)))
                .contains(
                        "all weights; the pack's output stride is 16 with rates [1, 2, 3], the task's 16 with [2, 3, 5]");
        assertThat(names(start.of(TinyTask.task(TinyTask.KIND, farther))))
                .isEqualTo(start.pack().manifest().layout().keySet());

        Decoder wider = new Decoder(Decoder.Kind.SEPARABLE, 16, 4, List.of(1, 2, 3));
        NetworkSpecification larger = TinyTask.network(Stage.LAYER4, wider);
        assertThat(start.said(TinyTask.task(TinyTask.KIND, larger)))
                .contains("the decoder begins anew: the pack has separable of width 8 and 4");
        assertThat(names(start.of(TinyTask.task(TinyTask.KIND, larger))))
                .noneMatch(name -> name.startsWith("decoder."));

        NetworkSpecification adapters =
                TinyTask.network(Adaptation.of(Modulation.RA_PARALLEL).from(Stage.LAYER4), TinyTask.SEPARABLE);
        assertThatThrownBy(() -> start.of(TinyTask.task(TinyTask.KIND, adapters)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.modulation=rc, expected=ra-parallel");
    }

    private static Set<String> names(Start start) {
        return ((Start.Values) start).tensors().keySet();
    }
}
