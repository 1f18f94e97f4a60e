package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Raster;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictCommandTest {
    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    private Path images;

    @BeforeAll
    static void writeModels() throws IOException {
        new ModelsFolder(models).writeBankAndEdges();
    }

    @BeforeEach
    void writeImages() throws IOException {
        images = folder.resolve("images");
        SampleImages.write(images.resolve("a.png"), 40, 60);
        SampleImages.write(images.resolve("more/b.png"), 33, 21);
    }

    private static String[] command(String... arguments) {
        return new ModelsFolder(models).predict(List.of("edges"), (Object[]) arguments);
    }

    private static int predict(String... arguments) {
        return FacetMain.run(command(arguments));
    }

    @Test
    void oneImageGivesOneFileInTheFormOfItsEnding() throws IOException {
        Path npy = folder.resolve("edges.npy");
        assertThat(predict(images.resolve("a.png").toString(), "-o", npy.toString()))
                .isZero();
        assertThat(NpyReader.read(npy).shape()).isEqualTo(new Shape(40, 60));
    }

    @Test
    void padsToTheMultipleThatWasAskedFor() throws IOException {
        String image = images.resolve("a.png").toString();
        List<byte[]> answers = new ArrayList<>();
        for (String multiple : List.of("0", "1", "16", "256")) {
            Path npy = folder.resolve("edges-" + multiple + ".npy");
            assertThat(predict(image, "--size-multiple", multiple, "-o", npy.toString()))
                    .isZero();
            answers.add(Files.readAllBytes(npy));
        }
        assertThat(answers.get(0)).isEqualTo(answers.get(1)).isEqualTo(answers.get(2));
        assertThat(answers.get(3)).as("the decoder pools over the padding, too").isNotEqualTo(answers.get(0));
        assertThat(predict(
                        image,
                        "--size-multiple",
                        "20",
                        "-o",
                        folder.resolve("no.npy").toString()))
                .isNotZero();
    }

    @Test
    void answersAtAnotherSideAndInTiles() throws IOException {
        Path large = images.resolve("large.png");
        SampleImages.write(large, 150, 200);
        Path out = folder.resolve("edges.npy");
        assertThat(predict(large.toString(), "-o", out.toString(), "--side", "100"))
                .isZero();
        assertThat(NpyReader.read(out).shape()).isEqualTo(new Shape(75, 100));
        assertThat(predict(large.toString(), "-o", out.toString(), "--tile", "96", "--overlap", "32"))
                .isZero();
        assertThat(NpyReader.read(out).shape()).isEqualTo(new Shape(150, 200));
        Path overlay = folder.resolve("edges.jpg");
        assertThat(predict(large.toString(), "-o", overlay.toString(), "--tile", "64", "--side", "300"))
                .isZero();
        assertThat(ImageDecoder.read(overlay, ImageLimits.DEFAULT).width()).isEqualTo(300);
        // As large as the pack's input: it is scaled in neither way, and one tile holds it.
        Path fitting = images.resolve("fitting.png");
        SampleImages.write(fitting, 48, 64);
        Path whole = folder.resolve("whole.npy");
        assertThat(predict(fitting.toString(), "-o", whole.toString())).isZero();
        assertThat(predict(fitting.toString(), "-o", out.toString(), "--tile", "512"))
                .isZero();
        assertThat(out).hasSameBinaryContentAs(whole);
    }

    @Test
    void sidesAndTilesThatDontFitAreRefused() {
        Path out = folder.resolve("edges.png");
        String image = images.resolve("a.png").toString();
        assertThat(predict(image, "-o", out.toString(), "--side", "15")).isEqualTo(2);
        assertThat(predict(image, "-o", out.toString(), "--tile", "100")).isEqualTo(2);
        assertThat(predict(image, "-o", out.toString(), "--overlap", "16")).isEqualTo(2);
        assertThat(predict(image, "-o", out.toString(), "--side", "16000")).isEqualTo(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void folderGivesOneAnswerAnImageInTheSameTree() throws IOException {
        Path out = folder.resolve("answers");
        assertThat(predict(images.toString(), "-o", out.toString())).isZero();
        Raster answer = ImageDecoder.read(out.resolve("more/b.png"), ImageLimits.DEFAULT);
        assertThat(answer.height()).isEqualTo(33);
        assertThat(answer.width()).isEqualTo(21);
        assertThat(out.resolve("a.png")).exists();
    }

    @Test
    void globsAreUnderstood() {
        Path out = folder.resolve("answers");
        assertThat(predict(images + "/**/*.png", "-o", out.toString(), "--format", "json"))
                .isZero();
        assertThat(out.resolve("more/b.json")).exists();
    }

    @Test
    void brokenImageIsNamedAndTheOthersAreAnswered() throws IOException {
        Files.writeString(images.resolve("broken.jpg"), "not an image");
        Path out = folder.resolve("answers");
        assertThat(predict(images.toString(), "-o", out.toString())).isEqualTo(1);
        assertThat(out.resolve("a.png")).exists();
        assertThat(out.resolve("broken.png")).doesNotExist();
    }

    @Test
    void brokenImagesAreNamedInTheirOrder() throws IOException {
        Files.writeString(images.resolve("0.jpg"), "not an image");
        Files.writeString(images.resolve("more/z.jpg"), "not an image");
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            assertThat(predict(
                            images.toString(), "-o", folder.resolve("answers").toString()))
                    .isEqualTo(1);
        } finally {
            System.setErr(before);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .containsSubsequence("facet: " + images.resolve("0.jpg"), "facet: " + images.resolve("more/z.jpg"));
    }

    @Test
    void answersDoNotOverwriteImages() throws IOException {
        byte[] before = Files.readAllBytes(images.resolve("a.png"));
        assertThat(predict(images.toString(), "-o", images.toString())).isEqualTo(1);
        assertThat(Files.readAllBytes(images.resolve("a.png"))).isEqualTo(before);
    }

    @Test
    void sameImageGivesTheSameBytesAloneAndAmongOthers() throws IOException {
        Path alone = folder.resolve("alone.npy");
        Path out = folder.resolve("answers");
        predict(images.resolve("a.png").toString(), "-o", alone.toString());
        predict(images.toString(), "-o", out.toString(), "--format", "npy");
        assertThat(out.resolve("a.npy")).hasSameBinaryContentAs(alone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--task egdes",
                "--plan fast",
                "--format gif",
                "--render sepia",
                "--bits 7",
                "--alpha 9",
                "--threshold 5",
                "--side 3",
                "--tile 20",
                "--size-multiple 20"
            })
    void aValueThatAnOptionCannotHaveIsWrongUsage(String option) {
        List<String> arguments = new ArrayList<>(List.of(
                images.resolve("a.png").toString(),
                "-o",
                folder.resolve("out.png").toString()));
        arguments.addAll(List.of(option.split(" ")));
        CommandRun run = run(arguments.toArray(String[]::new));

        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(option.split(" ")[1]).contains("expected");
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    @Test
    void tensorOfAnotherShapeIsRefused() throws IOException {
        Path input = folder.resolve("input.npy");
        Files.write(input, NpyWriter.floats(new Shape(3, 8, 8), new float[192]));
        assertThat(predict(
                        "--tensor",
                        input.toString(),
                        "-o",
                        folder.resolve("o.npy").toString()))
                .isEqualTo(1);
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(command(arguments));
    }

    @Test
    void aDashIsStandardOutputForOneImage() {
        CommandRun one = run(images.resolve("a.png").toString(), "-o", "-", "--format", "json");
        CommandRun several = run(images.toString(), "-o", "-");

        assertThat(one.code()).as(one.err()).isZero();
        assertThat(one.out()).startsWith("{").contains("\"size\":[40,60]");
        assertThat(several.code()).isEqualTo(2);
        assertThat(several.err()).contains("several images and one file: out=-, expected a folder");
        assertThat(Path.of("-")).doesNotExist();
    }

    @Test
    void aSlashAsksForAFolderAndALinkIsWrittenThrough() throws IOException {
        Path target = Files.writeString(folder.resolve("target.png"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), target);

        assertThat(run(images.resolve("a.png").toString(), "-o", folder + "/new/")
                        .code())
                .isZero();
        assertThat(run(images.resolve("a.png").toString(), "-o", link.toString())
                        .code())
                .isZero();

        assertThat(folder.resolve("new/a.png")).exists();
        assertThat(link).isSymbolicLink();
        assertThat(target).hasSameBinaryContentAs(folder.resolve("new/a.png"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDeviceStaysADevice() throws IOException {
        CommandRun full = run(images.resolve("a.png").toString(), "-o", "/dev/full");

        assertThat(full.code()).isEqualTo(1);
        assertThat(full.err()).contains("No space left on device");
        assertThat(Files.readAttributes(Path.of("/dev/full"), BasicFileAttributes.class)
                        .isOther())
                .isTrue();
    }

    @Test
    void aBatchEndsWithHowManyWereWritten() throws IOException {
        Files.writeString(images.resolve("broken.jpg"), "not an image");
        CommandRun run = run(images.toString(), "-o", folder + "/answers/");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).endsWith("facet: 2 written, 1 failed" + System.lineSeparator());
    }

    @Test
    void aMissingImageIsAnsweredWithTheNearestName() {
        CommandRun run = run(
                images.resolve("a.pgn").toString(),
                "-o",
                folder.resolve("o.png").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("facet: no such image: %s; did you mean %s?%n"
                        .formatted(images.resolve("a.pgn"), images.resolve("a.png")));
    }
}
