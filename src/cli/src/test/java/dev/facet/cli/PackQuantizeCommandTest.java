package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.PngWriter;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackQuantization;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.task.Saliency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackQuantizeCommandTest {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 56;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeBankPackAndData() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, true, 1);
        BankWriter.write(folder.resolve("bank.safetensors"), bank);
        BankWriter.write(folder.resolve("bare.safetensors"), bank);
        PackWriter.write(
                folder.resolve("saliency.safetensors"),
                RandomModels.pack(bank, Modulation.RC, Stage.LAYER4, new Saliency(), 2));
        for (String name : List.of("images", "saliency", "splits")) {
            Files.createDirectories(folder.resolve("toys").resolve(name));
        }
        for (String id : List.of("a", "b", "c", "d")) {
            byte[] image = SyntheticImage.draw(HEIGHT, WIDTH, id.charAt(0));
            byte[] mask = new byte[HEIGHT * WIDTH];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (byte) (i % WIDTH < 25 ? 255 : 0);
            }
            Path data = folder.resolve("toys");
            Files.write(data.resolve("images/" + id + ".png"), PngWriter.rgb8(HEIGHT, WIDTH, image, Map.of()));
            Files.write(data.resolve("saliency/" + id + ".png"), PngWriter.grey8(HEIGHT, WIDTH, mask, Map.of()));
        }
        Files.writeString(folder.resolve("toys/splits/train.txt"), "a\nb\nc\n");
        Files.writeString(folder.resolve("toys/splits/val.txt"), "c\nd\n");
        CommandRun run = calibrate(folder.resolve("bank-int8.safetensors"));
        assertThat(run.code()).as(run.err()).isZero();
        assumeFalse(quantize("probe").err().contains("dot products"), "the processor has 8-bit dot products");
    }

    private static String path(String file) {
        return folder.resolve(file).toString();
    }

    private static CommandRun calibrate(Path out) {
        return CommandRun.of(
                "bank",
                "calibrate",
                "--bank",
                path("bank.safetensors"),
                "--images",
                path("toys/images"),
                "--size",
                "64",
                "--out",
                out.toString());
    }

    private static CommandRun quantize(String out, String... options) {
        return quantizeOn("bank.safetensors", out, options);
    }

    private static CommandRun quantizeOn(String bank, String out, String... options) {
        String[] fixed = {
            "pack",
            "quantize",
            path("saliency.safetensors"),
            "--bank",
            path(bank),
            "--images",
            path("toys"),
            "--out",
            path(out)
        };
        return CommandRun.of(with(fixed, options));
    }

    private static ModulatorPack read(String file) throws IOException {
        return PackReader.read(folder.resolve(file), BankReader.read(folder.resolve("bank.safetensors")));
    }

    @Test
    void theSameImagesGiveTheSameCalibration() throws IOException {
        CommandRun run = calibrate(folder.resolve("again.safetensors"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("21 activations, 4 images");
        assertThat(Files.readAllBytes(folder.resolve("again.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("bank-int8.safetensors")));
        CommandRun over = calibrate(folder.resolve("again.safetensors"));
        assertThat(over.code()).isEqualTo(1);
        assertThat(over.err()).contains("exists already");
    }

    @Test
    void measuresWhatInt8ChangesAndOffersIt() throws IOException {
        String[] data = {"--data", path("toys"), "--split", "val"};
        CommandRun run = quantize("measured.safetensors", data);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("min-max: mIoU")
                .contains("percentile: mIoU")
                .contains("least-error: mIoU");

        ModulatorPack pack = read("measured.safetensors");
        PackQuantization quantization = pack.manifest().quantization().orElseThrow();
        assertThat(pack.manifest().version()).isEqualTo("2");
        assertThat(run.out()).startsWith("pack random-saliency@2 " + pack.digest());
        assertThat(quantization.images()).isEqualTo("toys");
        assertThat(quantization.imageCount()).as("the split train").isEqualTo(3);
        assertThat(read("saliency.safetensors").manifest().quantization()).isEmpty();

        double fp32 = score("measured.safetensors", "factored");
        double int8 = score("measured.safetensors", "int8");
        assertThat(pack.manifest().plans().get(Plan.INT8)).isCloseTo((int8 - fp32) / fp32, within(1e-12));

        CommandRun again = quantize("once-more.safetensors", data);
        assertThat(again.code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("once-more.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("measured.safetensors")));
        assertThat(quantize("measured.safetensors").err()).contains("exists already");
    }

    @Test
    void measuresOnLabelsInAFolderOfAnotherName() throws IOException {
        Path masks = Files.createDirectories(folder.resolve("teachers/masks"));
        for (String name : List.of("images", "splits")) {
            copy(
                    folder.resolve("toys").resolve(name),
                    folder.resolve("teachers").resolve(name));
        }
        copy(folder.resolve("toys/saliency"), masks);
        String[] fixed = {"--method", "min-max", "--split", "val", "--data"};

        CommandRun own = quantize("own.safetensors", with(fixed, path("toys")));
        CommandRun named = quantize("named.safetensors", with(fixed, path("teachers"), "--labels", "masks"));
        assertThat(named.code()).as(named.err()).isZero();
        assertThat(named.err()).isEqualTo(own.err());

        CommandRun without = quantize("unmeasured.safetensors", "--labels", "masks");
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("--labels needs --data in the plain layout: labels=masks");
        assertThat(folder.resolve("unmeasured.safetensors")).doesNotExist();
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static double score(String pack, String plan) throws IOException {
        CommandRun run = CommandRun.of(
                "evaluate",
                "--pack",
                path(pack),
                "--bank",
                path("bank.safetensors"),
                "--data",
                path("toys"),
                "--split",
                "val",
                "--plan",
                plan,
                "--json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode scores = new ObjectMapper().readTree(run.out()).get("scores");
        return scores.get("mIoU").asDouble();
    }

    @Test
    void withoutDataThePlanIsNotOffered() throws IOException {
        CommandRun run = quantize("silent.safetensors", "--version", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("int8 isn't offered").contains("--data");
        ModulatorPack pack = read("silent.safetensors");
        assertThat(pack.manifest().version()).isEqualTo("7");
        assertThat(pack.manifest().plans()).doesNotContainKey(Plan.INT8);
        assertThat(pack.manifest().quantization().orElseThrow().method()).isEqualTo(CalibrationMethod.PERCENTILE);
        CommandRun verified = verify("silent.safetensors");
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains("PLAN_REFUSED");
    }

    private static CommandRun verify(String pack) {
        return CommandRun.of("pack", "verify", path(pack), "--bank", path("bank.safetensors"), "--plan", "int8");
    }

    @Test
    void everyCommandKnowsThePlan() throws IOException {
        CommandRun run = quantize(
                "known.safetensors",
                "--data",
                path("toys"),
                "--split",
                "val",
                "--method",
                "min-max",
                "--fp32",
                "layer4.0.conv1,decoder.project");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(verify("known.safetensors").code()).isZero();
        assertThat(CommandRun.of("pack", "inspect", path("known.safetensors"), "--json")
                        .out())
                .contains("\"quantization\":{")
                .contains("\"fp32\":[\"layer4.0.conv1\",\"decoder.project\"]");
        CommandRun set = CommandRun.of(
                "pack", "set", path("known.safetensors"), "--version", "3", "--out", path("set.safetensors"));
        assertThat(set.code()).isZero();
        assertThat(read("set.safetensors").manifest().quantization())
                .isEqualTo(read("known.safetensors").manifest().quantization());
        assertThat(verify("set.safetensors").code()).isZero();
        byte[] int8 = predict("int8");
        assertThat(predict("auto")).isEqualTo(int8);
        assertThat(predict("factored")).isNotEqualTo(int8);
    }

    private static byte[] predict(String plan) throws IOException {
        Path out = folder.resolve(plan + ".npy");
        CommandRun run = CommandRun.of(
                "predict",
                path("toys/images/a.png"),
                "--pack",
                path("known.safetensors"),
                "--bank",
                path("bank.safetensors"),
                "--plan",
                plan,
                "-o",
                out.toString());
        assertThat(run.code()).as(run.err()).isZero();
        return Files.readAllBytes(out);
    }

    @Test
    void saysWhatIsMissing() {
        CommandRun bare = quantizeOn("bare.safetensors", "never.safetensors");
        assertThat(bare.code()).isEqualTo(1);
        assertThat(bare.err()).contains("no calibration of the bank").contains("bare-int8.safetensors");
        assertThat(quantize("never.safetensors", "--method", "guess").err()).contains("min-max|percentile|least-error");
        assertThat(quantize("never.safetensors", "--fp32", "layer9").err()).contains("no layer of this pack");
        assertThat(quantize("never.safetensors", "--version", "1").err()).contains("nothing new");
        assertThat(folder.resolve("never.safetensors")).doesNotExist();
    }
}
