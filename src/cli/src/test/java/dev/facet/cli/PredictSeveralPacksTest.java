package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictSeveralPacksTest {
    private static final List<String> KINDS = List.of("edges", "depth", "saliency");

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    private Path images;

    /** Three prefixes, of which the deeper ones extend the others. */
    @BeforeAll
    static void writeModels() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, true, 1);
        new ModelsFolder(models).write(bank);
        write("edges", RandomModels.pack(bank, Modulation.RC, Stage.LAYER3, new Edges("boundaries"), 2));
        write("depth", RandomModels.pack(bank, Modulation.RC, Stage.LAYER2, new Depth("m", 1000), 3));
        ModulatorPack saliency = RandomModels.pack(bank, Modulation.RC, Stage.LAYER3, new Saliency(), 4);
        write("saliency", saliency);
        write("wide", withMultiple32(saliency));
        List<LabelClass> classes = List.of(new LabelClass("sky", "#102030"), new LabelClass("sea", "#405060"));
        write("segmentation", RandomModels.pack(bank, Modulation.RC, Stage.LAYER3, new Segmentation(classes), 6));
        ModulatorPack named = RandomModels.pack(bank, Modulation.RC, new Edges("contours"), 5);
        write("contours", addressed(named, "contours", "1"));
        write("contours-2", addressed(named, "contours", "2"));
    }

    private static void write(String name, ModulatorPack pack) throws IOException {
        new ModelsFolder(models).write(name, pack);
    }

    private static Path file(String pack) {
        return new ModelsFolder(models).file(pack);
    }

    private static ModulatorPack addressed(ModulatorPack pack, String name, String version) {
        return new ModulatorPack(pack.manifest().withAddress(name, version, "random values"), pack.tensors(), "");
    }

    private static ModulatorPack withMultiple32(ModulatorPack pack) {
        PackManifest manifest = pack.manifest();
        TaskKind task = manifest.task();
        return new ModulatorPack(
                new PackManifest(
                        manifest.name(),
                        manifest.version(),
                        manifest.description(),
                        task,
                        manifest.bank(),
                        manifest.architecture(),
                        manifest.outputStride(),
                        manifest.modulation(),
                        manifest.modulatedFrom(),
                        manifest.ranks(),
                        manifest.decoder(),
                        new InputPolicy(64, true, 32),
                        manifest.plans(),
                        manifest.provenance(),
                        manifest.scores(),
                        manifest.licence(),
                        manifest.selfTestTolerance()),
                pack.tensors(),
                "");
    }

    @BeforeEach
    void writeImages() throws IOException {
        images = folder.resolve("images");
        SampleImages.write(images.resolve("a.png"), 40, 60);
        SampleImages.write(images.resolve("more/b.png"), 133, 121);
    }

    private static CommandRun predict(List<String> packs, Object... arguments) {
        return CommandRun.of(new ModelsFolder(models).predict(packs, arguments));
    }

    @Test
    void unknownPixelsConcernThePacksThatHaveClasses() throws IOException {
        Path answers = folder.resolve("answers/");
        CommandRun both = predict(
                List.of("segmentation", "depth"),
                images.resolve("a.png"),
                "--unknown",
                1,
                "--format",
                "bin",
                "-o",
                answers + "/");
        assertThat(both.code()).as(both.err()).isZero();
        assertThat(Files.readAllBytes(answers.resolve("a.segmentation.bin"))).contains((byte) 255);

        CommandRun alone = predict(List.of("depth"), images.resolve("a.png"), "--unknown", 0.5, "-o", answers + "/");
        assertThat(alone.code()).isEqualTo(2);
        assertThat(alone.err()).contains("expected a pack of segmentation or human-parts");
        CommandRun beyond =
                predict(List.of("segmentation"), images.resolve("a.png"), "--unknown", 2, "-o", answers + "/");
        assertThat(beyond.code()).isNotZero();
        assertThat(beyond.err()).contains("unknown=2.0, expected 0..1");
    }

    @Test
    void answersHaveTheBytesOfSingleCalls() throws IOException {
        for (String form :
                List.of("--format npy", "--render overlay", "--side 90 --format json", "--tile 64 --format bin")) {
            Path together = folder.resolve("together " + form);
            CommandRun run = predict(KINDS, arguments(images, "-o", together + "/", form));

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err()).endsWith("facet: 6 written, 0 failed" + System.lineSeparator());
            for (String kind : KINDS) {
                Path alone = folder.resolve(kind + " " + form);
                assertThat(predict(List.of(kind), arguments(images, "-o", alone + "/", form))
                                .code())
                        .isZero();
                String suffix = suffix(form);
                assertThat(together.resolve("a." + kind + suffix)).hasSameBinaryContentAs(alone.resolve("a" + suffix));
                assertThat(together.resolve("more/b." + kind + suffix))
                        .hasSameBinaryContentAs(alone.resolve("more/b" + suffix));
            }
            assertThat(files(together)).hasSize(6);
        }
    }

    private static Object[] arguments(Path images, String option, String out, String form) {
        return Stream.concat(Stream.of(images.toString(), option, out), Stream.of(form.split(" ")))
                .toArray();
    }

    private static String suffix(String form) {
        return form.contains("--format") ? "." + form.substring(form.lastIndexOf(' ') + 1) : ".png";
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void oneImageGoesIntoAFolderWithAFileForEachPack() {
        Path out = folder.resolve("answers");
        CommandRun run = predict(KINDS, images.resolve("a.png"), "-o", out);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).isEqualTo("facet: 3 written, 0 failed%n".formatted());
        assertThat(out).isDirectoryContaining("glob:**/a.edges.png").isDirectoryContaining("glob:**/a.depth.png");
    }

    @Test
    void packsOfOneKindAreToldApartByNameAndThenByVersion() throws IOException {
        Path byName = folder.resolve("names");
        Path byVersion = folder.resolve("versions");

        assertThat(predict(List.of("edges", "contours"), images.resolve("a.png"), "-o", byName)
                        .code())
                .isZero();
        assertThat(predict(List.of("contours", "contours-2"), images.resolve("a.png"), "-o", byVersion)
                        .code())
                .isZero();

        assertThat(files(byName))
                .containsExactlyInAnyOrder(byName.resolve("a.random-edges.png"), byName.resolve("a.contours.png"));
        assertThat(files(byVersion))
                .containsExactlyInAnyOrder(
                        byVersion.resolve("a.contours@1.png"), byVersion.resolve("a.contours@2.png"));
    }

    @Test
    void onePackTwiceIsRefused() {
        CommandRun run = predict(List.of("contours", "contours"), images.resolve("a.png"), "-o", folder + "/answers/");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("a pack was named twice: packs=[contours@1, contours@1]");
    }

    @Test
    void imagesWhoseNamesDifferInTheirEndingsKeepApart() throws IOException {
        SampleImages.write(images.resolve("a.jpg"), 40, 60);
        Path out = folder.resolve("answers");

        assertThat(predict(KINDS, images.resolve("a.jpg"), images.resolve("a.png"), "-o", out)
                        .code())
                .isZero();
        assertThat(files(out))
                .hasSize(6)
                .contains(out.resolve("a.edges.png"), out.resolve("a.png.edges.png"), out.resolve("a.png.depth.png"));
    }

    @Test
    void severalPacksNeedAFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "there");
        for (Object out : List.of("-", folder.resolve("edges.png"), file)) {
            CommandRun run = predict(KINDS, images.resolve("a.png"), "-o", out);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("facet: several packs and one file: out=%s, expected a folder, such as answers/%n"
                            .formatted(out));
        }
        assertThat(file).hasContent("there");
        assertThat(folder.resolve("edges.png")).doesNotExist();
    }

    @Test
    void aTensorIsAnsweredByOnePack() throws IOException {
        Path input = folder.resolve("input.npy");
        Files.write(input, NpyWriter.floats(new Shape(1, 3, 32, 32), new float[3 * 32 * 32]));
        CommandRun run = predict(KINDS, "--tensor", input, "-o", folder.resolve("output.npy"));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("a tensor is answered by one pack: expected one --pack FILE or --task KIND, not 3");
    }

    @Test
    void whatOnePackCannotDoKeepsNoOtherFromAnswering() throws IOException {
        Path out = folder.resolve("answers");
        CommandRun run = predict(List.of("wide", "edges"), images, "-o", out + "/", "--tile", 80, "--overlap", 16);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains(images.resolve("a.png") + ", saliency: bad parameter: tile='80', expected a multiple of 32")
                .endsWith("facet: 2 written, 2 failed" + System.lineSeparator());
        assertThat(files(out)).containsExactlyInAnyOrder(out.resolve("a.edges.png"), out.resolve("more/b.edges.png"));
    }

    @Test
    void inverseDepthIsAnsweredWholeAndNotInTiles() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, true, 1);
        write("near", RandomModels.pack(bank, Modulation.RC, Stage.LAYER2, Depth.INVERSE, 3));
        Path out = folder.resolve("answers");
        CommandRun tiled = predict(List.of("near", "edges"), images, "-o", out + "/", "--tile", 64);
        assertThat(tiled.code()).isEqualTo(1);
        assertThat(tiled.err())
                .contains(", depth: bad parameter: tile='64', expected none with inverse depth")
                .endsWith("facet: 2 written, 2 failed" + System.lineSeparator());

        CommandRun whole = predict(List.of("near"), images.resolve("a.png"), "-o", folder.resolve("near.png"));
        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(Files.readString(folder.resolve("near.png"), StandardCharsets.ISO_8859_1))
                .contains("Quantity\0inverse-depth");
    }

    @Test
    void aFileThatCannotBeWrittenKeepsNoOtherFromBeingWritten() throws IOException {
        Path out = folder.resolve("answers");
        Files.createDirectories(out.resolve("a.edges.png/occupied"));
        CommandRun run = predict(KINDS, images, "-o", out);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains(images.resolve("a.png") + ", edges: ")
                .endsWith("facet: 5 written, 1 failed" + System.lineSeparator());
        assertThat(files(out)).hasSize(5);
    }

    @Test
    void aBrokenImageIsToldOnceAndCountsForEachPack() throws IOException {
        Files.writeString(images.resolve("broken.jpg"), "not an image");
        CommandRun run = predict(KINDS, images, "-o", folder + "/answers/");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.startsWith("facet: " + images.resolve("broken.jpg"))))
                .hasSize(1);
        assertThat(run.err()).endsWith("facet: 6 written, 3 failed" + System.lineSeparator());
    }
}
