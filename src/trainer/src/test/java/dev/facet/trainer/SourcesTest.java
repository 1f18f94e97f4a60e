package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.trainer.config.ConfigurationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on two data sets, of which one has smaller labels in a folder of another name, and weights. */
class SourcesTest {
    private static final String SETTING = "dataset.sources=[{root: '%s', train: train, val: val, weight: 1},"
            + " {root: '%s', labels: coarse, train: all, weight: %s, image_weights: {from: w.tsv, value: w, least: 0.5}}]";

    @TempDir
    static Path folder;

    private static String config;

    @BeforeAll
    static void layOut() throws IOException {
        Path file = TinyFolder.write(folder);
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceAll("root: '[^']*', ", "")
                        .replace("pack: {", "pack: {teacher: A network, "));
        config = file.toString();
        Path more = folder.resolve("more");
        for (String name : new String[] {"images", "coarse", "splits"}) {
            Files.createDirectories(more.resolve(name));
        }
        StringBuilder ids = new StringBuilder();
        StringBuilder weights = new StringBuilder("id\tw\n");
        for (int i = 0; i < 4; i++) {
            String image = "image-%d.png".formatted(i);
            Files.copy(
                    folder.resolve("data/images").resolve(image),
                    more.resolve("images").resolve(image));
            Raster raster = ImageDecoder.read(folder.resolve("data/images").resolve(image), ImageLimits.DEFAULT);
            int height = raster.height() / 2;
            int width = raster.width() / 2;
            byte[] classes = new byte[height * width];
            for (int p = 0; p < classes.length; p++) {
                int at = (p / width * 2 * raster.width() + p % width * 2) * 3;
                classes[p] = (byte) ((raster.rgb()[at] & 0xFF) > 128 ? 1 : 0);
            }
            Files.write(more.resolve("coarse").resolve(image), PngWriter.grey8(height, width, classes, Map.of()));
            ids.append("image-").append(i).append('\n');
            weights.append("image-").append(i).append('\t').append(i * 0.4).append('\n');
        }
        Files.writeString(more.resolve("splits/all.txt"), ids);
        Files.writeString(more.resolve("w.tsv"), weights);
        Files.writeString(more.resolve("coarse/classes.txt"), "dark\nbright\n");
    }

    private static String sources(String weight) {
        return SETTING.formatted(folder.resolve("data"), folder.resolve("more"), weight);
    }

    @Test
    void aRunThatWasKilledGoesOnToTheSameBytesAndItsPackNamesTheSources() throws Exception {
        String whole = folder.resolve("whole").toString();
        TrainerProcess.Answer answer =
                TrainerProcess.run("train", "--config", config, "--set", sources("3"), "--out", whole);
        assertThat(answer.code()).as(answer.errors()).isZero();
        String out = null;
        int code = 0;
        for (int attempt = 0; code == 0 && attempt < 5; attempt++) {
            out = folder.resolve("killed" + attempt).toString();
            code = TrainerProcess.interrupt(
                    TrainerProcess.Signal.KILLED,
                    "step 5/8",
                    "train",
                    "--config",
                    config,
                    "--set",
                    sources("3"),
                    "--out",
                    out);
        }
        TrainerProcess.Answer other =
                TrainerProcess.run("train", "--config", config, "--set", sources("2"), "--out", out, "--resume");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.errors()).contains("resuming with another labels or weights of sources (dataset.sources)");
        answer = TrainerProcess.run("train", "--config", config, "--set", sources("3"), "--out", out, "--resume");
        assertThat(answer.code()).as(answer.errors()).isZero();
        Path pack = Path.of(whole).resolve("tiny.safetensors");
        assertThat(Files.readAllBytes(Path.of(out).resolve("tiny.safetensors"))).isEqualTo(Files.readAllBytes(pack));

        PackManifest manifest = PackReader.read(pack, BankReader.read(folder.resolve("bank.safetensors")))
                .manifest();
        assertThat(manifest.provenance().dataset()).isEqualTo("data, more");
        assertThat(manifest.provenance().split()).isEqualTo("train, all");
        assertThat(manifest.provenance().teacher()).hasValue("A network");
        assertThat(manifest.provenance().command())
                .contains("\"root\":\"more\"")
                .contains("\"weight\":3.0")
                .doesNotContain(folder.toString());
    }

    @Test
    void theDigestOfAConfigurationKnowsSourcesButNotWhereTheyLie() throws IOException {
        String here = "[{root: /here/a, train: t, val: v, weight: 1}]";
        String there = "[{root: /there/a, train: t, val: v, weight: 1}]";
        String heavier = "[{root: /here/a, train: t, val: v, weight: 2}]";
        assertThat(digest(there)).isEqualTo(digest(here)).isNotEqualTo(digest(heavier));
    }

    private static String digest(String sources) throws IOException {
        return ConfigurationDigest.of(
                ConfigurationReader.parse("dataset: {task: depth}", Map.of("dataset.sources", sources)));
    }

    @Test
    void whatIsWrongWithASourceIsSaidBeforeAnythingIsWritten() throws IOException {
        Path out = folder.resolve("wrong");
        for (Map.Entry<String, String> wrong : Map.of(
                        sources("3").replace("labels: coarse", "labels: fine"), "more/fine/",
                        sources("3").replace("train: all", "train: none"), "none.txt",
                        sources("3").replace("value: w", "value: v"), "no such column: value='v'")
                .entrySet()) {
            TrainerProcess.Answer answer =
                    TrainerProcess.run("train", "--config", config, "--set", wrong.getKey(), "--out", out.toString());
            assertThat(answer.code()).isEqualTo(1);
            assertThat(answer.errors())
                    .startsWith("facet: ")
                    .contains(wrong.getValue())
                    .hasLineCount(1);
            assertThat(out).doesNotExist();
        }
    }
}
