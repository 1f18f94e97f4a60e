package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.Defaults;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference's 23 files, in its spelling ({@code src/test/resources/…/reference}), read as they are: their lengths and sizes alone
 * are made small by settings.
 */
class ReferenceFilesTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void layOut() throws IOException {
        ReferenceFolder.write(folder);
    }

    static List<String> files() throws IOException, URISyntaxException {
        URL anchor = ReferenceFilesTest.class.getResource("reference/pascal/edge_RC.yaml");
        Path root = Path.of(anchor.toURI()).getParent().getParent();
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreTwentyThree() throws Exception {
        assertThat(files()).hasSize(23);
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachPrintsItsConfiguration(String file) throws IOException {
        TrainerProcess.Answer answer = TrainerProcess.run("train", "--config", file, "--print-config");

        assertThat(answer.code()).as(answer.errors()).isZero();
        assertThat(answer.errors())
                .startsWith("facet: read as one of the reference's files")
                .hasLineCount(1);
        TrainingConfiguration printed = ConfigurationReader.parse(answer.output(), Map.of());
        assertThat(printed.defaults()).isEqualTo(Defaults.REFERENCE);
        Path path = Path.of(file);
        String shipped = path.getParent().getFileName() + "/" + path.getFileName();
        assertThat(printed).isEqualTo(ConfigurationReader.read(shipped, Map.of()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachTrainsThreeStepsAndScores(String file, @TempDir Path out) throws Exception {
        TrainerProcess.Answer answer = TrainerProcess.run(
                "train",
                "--config",
                file,
                "--out",
                out.toString(),
                "--set",
                "dataset.root=" + folder.resolve("data"),
                "--set",
                "model.bank=" + folder.resolve("models/bank.safetensors"),
                "--set",
                "model.parameters.model_dir=" + folder.resolve("models"),
                "--set",
                "training_strategy.max_iter=3",
                "--set",
                "train_dataloader.dataset_args.augmentations.RandomCrop.size=[32, 48]",
                "--set",
                "train_dataloader.dataloader_args.batch_size=2");

        assertThat(answer.code()).as(answer.errors()).isZero();
        TrainingConfiguration configuration =
                ConfigurationReader.read(out.resolve("config.yaml").toString(), Map.of());
        FilterBank bank = BankReader.read(
                Files.exists(out.resolve("bank.safetensors"))
                        ? out.resolve("bank.safetensors")
                        : folder.resolve("models/bank.safetensors"));
        String kind = Experiment.kinds(configuration).get(0);
        ModulatorPack pack = PackReader.read(out.resolve(kind + ".safetensors"), bank);
        assertThat(pack.manifest().provenance().steps()).isEqualTo(3);
        LabelledDataset validation = ExperimentData.open(configuration, "val");
        Map<String, Double> scores = PackScores.of(bank, pack, validation);
        assertThat(scores).isNotEmpty();
        assertThat(scores.values()).allMatch(Double::isFinite);
    }

    /** Nothing is set: data, checkpoint and bank are found where the file says, beside the current folder. */
    @Test
    void oneIsCheckedWhereItsFoldersAre() throws Exception {
        String file = files().stream()
                .filter(name -> name.endsWith("human_parts_RC.yaml"))
                .findFirst()
                .orElseThrow();
        List<String> before = listing();

        List<String> lines = TrainerProcess.linesIn(folder, "train", "--config", file, "--check");

        assertThat(lines)
                .anyMatch(line -> line.startsWith("facet: read as one of the reference's files"))
                .anyMatch(line -> line.startsWith("human-parts: 3 images to train on, 2 to validate, 13020 steps"))
                .contains("checked; nothing was started");
        assertThat(listing()).isEqualTo(before);
    }

    private static List<String> listing() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
