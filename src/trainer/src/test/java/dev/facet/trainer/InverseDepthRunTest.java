package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.Depth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on inverse depth that is half as large as its photos, and on distances in its place. */
class InverseDepthRunTest {
    private static final String[] DEPTH = {"--set", "dataset.task=depth", "--set", "dataset.quantity=inverse-depth"};

    @TempDir
    static Path folder;

    private static String config;

    @BeforeAll
    static void layOut() throws IOException {
        config = TinyFolder.write(folder).toString();
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("inverse_depth"));
        Files.createDirectories(data.resolve("measured"));
        try (Stream<Path> images = Files.list(data.resolve("images"))) {
            for (Path file : images.toList()) {
                Raster image = ImageDecoder.read(file, ImageLimits.DEFAULT);
                int height = image.height() / 2;
                int width = image.width() / 2;
                byte[] near = new byte[height * width];
                short[] millimetres = new short[image.height() * image.width()];
                for (int i = 0; i < near.length; i++) {
                    near[i] = image.rgb()[(i / width * 2 * image.width() + i % width * 2) * 3];
                }
                for (int i = 0; i < millimetres.length; i++) {
                    millimetres[i] = (short) (i % 9 == 0 ? 0 : 5000 - 15 * (image.rgb()[3 * i] & 0xFF));
                }
                Path name = file.getFileName();
                Files.write(
                        data.resolve("inverse_depth").resolve(name), PngWriter.grey8(height, width, near, Map.of()));
                Files.write(
                        data.resolve("measured").resolve(name),
                        PngWriter.grey16(image.height(), image.width(), millimetres, Map.of()));
            }
        }
    }

    private static String[] arguments(String out, String... more) {
        String[] all = {
            "train", "--config", config, "--out", folder.resolve(out).toString()
        };
        return Stream.of(all, DEPTH, more).flatMap(Stream::of).toArray(String[]::new);
    }

    private static TrainerProcess.Answer train(String out, String... more) {
        return TrainerProcess.run(arguments(out, more));
    }

    private static ModulatorPack pack(String out) throws IOException {
        return PackReader.read(
                folder.resolve(out).resolve("tiny.safetensors"), BankReader.read(folder.resolve("bank.safetensors")));
    }

    @ParameterizedTest
    @CsvSource({"fp32", "bf16"})
    void weightsAreChosenByTheErrorOverTheRangeAndThePackSaysItsQuantity(String precision) throws Exception {
        assertThat(TrainerProcess.lines(arguments(precision, "--set", "training_strategy.precision=" + precision)))
                .anyMatch(line -> line.matches("step 8: validation l1_range 0\\.\\d+, loss .*"));
        assertThat(pack(precision).manifest().task()).isEqualTo(Depth.INVERSE);
        assertThat(Files.readString(folder.resolve(precision).resolve("config.yaml")))
                .containsPattern("quantity: \"?inverse-depth");
    }

    @Test
    void measuredDistancesAndInverseDepthAreTrainedOnTogether() throws IOException {
        String sources = "dataset.sources=[{root: '%1$s', name: near, train: train, val: val},"
                + " {root: '%1$s', name: sensor, labels: measured, train: train, val: val}]";
        TrainerProcess.Answer answer =
                train("together", "--set", sources.formatted(folder.resolve("data")), "--set", "dataset.root=null");
        assertThat(answer.code()).as(answer.errors()).isZero();
        assertThat(pack("together").manifest().provenance().dataset()).isEqualTo("near, sensor");
    }

    @Test
    void whatIsOfTheOtherQuantityIsRefused() {
        assertThat(train("wrong", "--set", "dataset.quantity=distance").errors())
                .contains("the data set has inverse depth, expected distances");
        assertThat(train("wrong", "--set", "loss.depth.loss_function=L1MaskedLossDepth")
                        .errors())
                .contains("key='loss.depth.loss_function'", "ScaleAndShiftInvariantLoss");
        assertThat(train("wrong", "--set", "dataset.quantity=disparity").errors())
                .contains("disparity", "inverse-depth");
        assertThat(train("wrong", "--set", "dataset.task=saliency").errors())
                .contains("key='dataset.quantity', value=inverse-depth, expected distance unless depth is trained");
        String weighed = "dataset.sources=[{root: '%s', train: train, val: val, pixel_weights: {from: inverse_depth}}]";
        assertThat(train("wrong", "--set", weighed.formatted(folder.resolve("data")), "--set", "dataset.root=null")
                        .errors())
                .contains("pixel_weights", "a task whose loss weighs pixels");
        assertThat(folder.resolve("wrong")).doesNotExist();
    }

    @Test
    void aRunDoesntGoOnWithTheOtherQuantity() throws IOException {
        assertThat(train("whole").code()).isZero();
        Files.createDirectories(folder.resolve("data/depth"));
        try (Stream<Path> labels = Files.list(folder.resolve("data/measured"))) {
            for (Path label : labels.toList()) {
                Files.copy(label, folder.resolve("data/depth").resolve(label.getFileName()));
            }
        }
        assertThat(train("whole", "--resume", "--set", "dataset.quantity=distance")
                        .errors())
                .contains("dataset.quantity=distance, expected inverse-depth as the run began");
    }
}
