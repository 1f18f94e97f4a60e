package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Score;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
    @TempDir
    static Path folder;

    private static String config;
    private static Path uninterrupted;

    @BeforeAll
    static void trainOnce() throws IOException {
        config = TinyFolder.write(folder).toString();
        uninterrupted = folder.resolve("uninterrupted");
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config, "--out", uninterrupted.toString());
        assertThat(answer.code()).as(answer.errors()).isZero();
    }

    @Test
    void aRunTellsItsStepsAndNothingOfItsLibraries() throws Exception {
        String out = folder.resolve("told").toString();
        List<String> lines = TrainerProcess.lines("train", "--config", config, "--out", out);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("step 8/8"))
                .noneMatch(line -> line.contains("INFO") || line.contains("ai.djl"));
    }

    @ParameterizedTest
    @CsvSource({"KILLED, step 5/8", "ASKED, step 3/8"})
    void aRunThatWasEndedFromOutsideGoesOnToTheSameBytes(TrainerProcess.Signal signal, String line) throws Exception {
        String out = null;
        int code = 0;
        for (int attempt = 0; code == 0 && attempt < 5; attempt++) {
            // On a busy machine the signal may come too late.
            out = folder.resolve(signal.name() + attempt).toString();
            code = TrainerProcess.interrupt(signal, line, "train", "--config", config, "--out", out);
        }
        assertThat(code).isEqualTo(signal.exitCode());
        assertThat(Path.of(out).resolve("tiny.safetensors")).doesNotExist();
        TrainerProcess.Answer answer = TrainerProcess.run("train", "--config", config, "--out", out, "--resume");
        assertThat(answer.code()).as(answer.errors()).isZero();
        assertThat(Files.readAllBytes(Path.of(out).resolve("tiny.safetensors")))
                .isEqualTo(Files.readAllBytes(uninterrupted.resolve("tiny.safetensors")));
    }

    @Test
    void aRunLeavesItsConfigurationItsPackAndFilesForTensorBoard() throws IOException {
        FilterBank bank = BankReader.read(folder.resolve("bank.safetensors"));
        ModulatorPack pack = PackReader.read(uninterrupted.resolve("tiny.safetensors"), bank);
        assertThat(pack.manifest().provenance().command()).startsWith("facet train --config tiny.yaml");
        assertThat(Files.readString(uninterrupted.resolve("config.yaml"))).contains("max_iter: 8");
        try (Stream<Path> logs = Files.list(uninterrupted.resolve("logs"))) {
            assertThat(logs).hasSize(1).allMatch(file -> file.toString().contains("tfevents"));
        }
    }

    /** What was logged is left out of the provenance, but for the steps between validations: they decide which weights are the best. */
    @Test
    void thePackSaysWhatDecidedItsWeights() throws IOException {
        Path out = folder.resolve("provenance");
        TrainerProcess.Answer answer = TrainerProcess.run(
                "train",
                "--config",
                config,
                "--out",
                out.toString(),
                "--set",
                "logger.val_log_iter=2",
                "--set",
                "logger.train_log_iter=3");
        assertThat(answer.code()).as(answer.errors()).isZero();
        assertThat(PackReader.readUnbound(out.resolve("tiny.safetensors"))
                        .manifest()
                        .provenance()
                        .command())
                .contains("--set logger.val_log_iter=2")
                .doesNotContain("train_log_iter");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.bank=missing.safetensors|key='model.bank'",
                "dataset.root=nowhere|folder=nowhere",
                "train_dataloader.dataset_args.image_set=none|none.txt",
                "dataset.task=depth|depth",
                "model.parameters.conv_layer=Conv|model.parameters.NFF",
                "model.architecture=resnet34|key='model.bank'",
                "pack.description=\"a\\x07b\"|pack 'tiny' can't be made"
            })
    void whatIsWrongIsSaidInOneSentenceBeforeAnythingIsWritten(String setting, String expected) {
        Path out = folder.resolve("wrong");
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config, "--set", setting, "--out", out.toString());
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors()).startsWith("facet: ").contains(expected).hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"cuda:77, this libtorch has cpu", "gpu, 'expected cpu, cuda, cuda:N or mps'"})
    void aDeviceThatIsNotThereIsSaidBeforeAnythingIsWritten(String device, String expected) {
        Path out = folder.resolve("elsewhere");
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config, "--device", device, "--out", out.toString());
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors())
                .startsWith("facet: ")
                .contains(device, expected)
                .hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"train", "val"})
    void aBrokenLabelIsNamedBeforeAnythingIsWritten(String split, @TempDir Path other) throws IOException {
        Path broken = TinyFolder.write(other);
        Path data = other.resolve("data");
        List<String> ids = Files.readAllLines(data.resolve("splits").resolve(split + ".txt"));
        Path label = data.resolve("segmentation").resolve(ids.get(ids.size() - 1) + ".png");
        byte[] png = Files.readAllBytes(label);
        Files.write(label, Arrays.copyOf(png, png.length / 2));
        Path out = other.resolve("out");
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", broken.toString(), "--out", out.toString());
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors()).contains(label.toString(), "split=" + split).hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void aStartThatDoesNotDecodeEverythingNamesABrokenLabelWhenItIsNeeded(@TempDir Path other) throws IOException {
        String yaml = TinyFolder.write(other).toString();
        Path data = other.resolve("data");
        Path label = data.resolve("segmentation")
                .resolve(Files.readAllLines(data.resolve("splits/train.txt")).get(4) + ".png");
        byte[] png = Files.readAllBytes(label);
        String out = other.resolve("out").toString();
        String[] start = {"train", "--config", yaml, "--out", out, "--set", "training_strategy.check_data=start"};

        Files.write(label, Arrays.copyOf(png, png.length / 2));
        assertThat(TrainerProcess.run(start).errors()).contains(label.toString(), "split=train");
        assertThat(other.resolve("out")).doesNotExist();
        String begun = other.resolve("begun").toString();
        TrainerProcess.Answer late = TrainerProcess.run(
                "train", "--config", yaml, "--out", begun, "--set", "training_strategy.check_data=none");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.errors()).contains(label.toString()).hasLineCount(1);
        assertThat(other.resolve("begun/config.yaml")).exists();

        Files.write(label, png);
        assertThat(TrainerProcess.run(start).code()).isZero();
        assertThat(Files.readAllBytes(other.resolve("out/tiny.safetensors")))
                .isEqualTo(Files.readAllBytes(uninterrupted.resolve("tiny.safetensors")));
        Files.write(label, Arrays.copyOf(png, png.length / 2));
        String[] resume = Arrays.copyOf(start, start.length + 1);
        resume[start.length] = "--resume";
        assertThat(TrainerProcess.run(resume).code()).isZero();
        assertThat(TrainerProcess.run("train", "--config", yaml, "--out", out, "--resume")
                        .errors())
                .contains(label.toString(), "split=train");
    }

    @Test
    void aRunGoesOnWithItsOwnBankAndDataOnly(@TempDir Path other) throws IOException {
        String yaml = TinyFolder.write(other).toString();
        Path bank = other.resolve("another.safetensors");
        BankWriter.write(bank, RandomBank.of(2));
        Path out = other.resolve("out");
        String[] resume = {"train", "--config", yaml, "--out", out.toString(), "--resume", "--set", ""};
        assertThat(TrainerProcess.run("train", "--config", yaml, "--out", out.toString())
                        .code())
                .isZero();
        String before = Files.readString(out.resolve("config.yaml"));
        resume[resume.length - 1] = "model.bank=" + bank;
        assertThat(TrainerProcess.run(resume).errors()).contains("resuming with another bank (model.bank)");
        resume[resume.length - 1] = "dataset.positive_from=7";
        assertThat(TrainerProcess.run(resume).errors()).contains("resuming with another reading of labels");
        Path list = other.resolve("data/splits/train.txt");
        Files.write(list, Files.readAllLines(list).subList(0, 4));
        resume[resume.length - 1] = "seed=1";
        assertThat(TrainerProcess.run(resume).errors()).contains("resuming with another training split", "4 images");
        assertThat(Files.readString(out.resolve("config.yaml"))).isEqualTo(before);
    }

    @Test
    void whereThereIsNothingToResumeNothingIsWritten() {
        Path out = folder.resolve("fresh");
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config, "--out", out.toString(), "--resume");
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors()).contains("nothing to resume").hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "optimizer.parameters.lr=0.01, 'optimizer.parameters.lr=0.01, expected '",
        "model.modulated_from=layer2, 'model.modulated_from=layer2, expected '",
        "training_strategy.precision=bf16, 'training_strategy.precision=bf16, expected fp32'"
    })
    void aRunGoesOnWithItsOwnConfigurationOnly(String setting, String expected) {
        TrainerProcess.Answer answer = TrainerProcess.run(
                "train", "--config", config, "--set", setting, "--out", uninterrupted.toString(), "--resume");
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.errors()).contains("resuming with another configuration: " + expected);
    }

    /** What a server would say; it keeps the packs that it gets. */
    private static HttpServer server(Path kept, String versions) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String fingerprint = BankReader.read(folder.resolve("bank.safetensors")).fingerprint();
        server.createContext("/", exchange -> {
            boolean put = exchange.getRequestMethod().equals("PUT");
            if (put) {
                Files.write(kept, exchange.getRequestBody().readAllBytes());
            }
            byte[] answer = "{\"fingerprint\":\"%s\",\"versions\":%s}"
                    .formatted(fingerprint, versions)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(put ? 201 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void aVersionThatTheServerHasIsRefusedBeforeAnythingIsTrained() throws IOException {
        Path out = folder.resolve("taken");
        HttpServer server = server(folder.resolve("kept"), "[{\"version\":\"1\"}]");
        try {
            TrainerProcess.Answer answer = TrainerProcess.run(
                    "train", "--config", config, "--out", out.toString(), "--publish", address(server));
            assertThat(answer.code()).isEqualTo(1);
            assertThat(answer.errors())
                    .startsWith("facet: the server has 'tiny@1' already")
                    .hasLineCount(1);
            assertThat(out).doesNotExist();
        } finally {
            server.stop(0);
        }
        TrainerProcess.Answer nobody =
                TrainerProcess.run("train", "--config", config, "--out", out.toString(), "--publish", address(server));
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.errors()).contains("nobody listens there").hasLineCount(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void aPackHasItsScoresBeforeItIsPublished() throws IOException {
        Path kept = folder.resolve("published");
        HttpServer server = server(kept, "[]");
        try {
            Path out = folder.resolve("scored");
            TrainerProcess.Answer answer = TrainerProcess.run(
                    "train", "--config", config, "--out", out.toString(), "--publish", address(server));
            assertThat(answer.code()).as(answer.errors()).isZero();
            assertThat(kept).hasSameBinaryContentAs(out.resolve("tiny.safetensors"));
        } finally {
            server.stop(0);
        }
        ModulatorPack pack = PackReader.readUnbound(kept);
        assertThat(pack.manifest().scores())
                .extracting(Score::split, Score::metric)
                .contains(tuple("val", "mIoU"));
    }

    private static String address(HttpServer server) {
        return "localhost:" + server.getAddress().getPort();
    }
}
