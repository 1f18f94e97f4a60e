package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.SharedData;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatePredictionsTest {
    private static final int HEIGHT = 12;
    private static final int WIDTH = 20;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeNyud() throws IOException {
        Path root = folder.resolve("NYUD_MT");
        for (String name : new String[] {"images", "segmentation", "edge", "depth", "gt_sets"}) {
            Files.createDirectories(root.resolve(name));
        }
        Files.writeString(root.resolve("gt_sets/val.txt"), "1\n2\n");
        for (String id : new String[] {"1", "2"}) {
            byte[] ids = new byte[HEIGHT * WIDTH];
            byte[] edges = new byte[ids.length];
            float[] depth = new float[ids.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (byte) (i % WIDTH < 10 ? 0 : 5);
                edges[i] = (byte) (i % WIDTH == 10 ? 255 : 0);
                depth[i] = i == 0 ? 0 : 2;
            }
            byte[] image = SyntheticImage.draw(HEIGHT, WIDTH, 1);
            Files.write(root.resolve("images/" + id + ".png"), PngWriter.rgb8(HEIGHT, WIDTH, image, Map.of()));
            png(root.resolve("segmentation/" + id + ".png"), ids);
            png(root.resolve("edge/" + id + ".png"), edges);
            Files.write(root.resolve("depth/" + id + ".npy"), NpyWriter.floats(new Shape(HEIGHT, WIDTH), depth));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "semseg, semseg, 1e-6",
        "human_parts, human_parts, 1e-6",
        "sal, saliency, 1e-6",
        "normals, normals, 1e-5",
        "depth, depth, 1e-6"
    })
    void printsTheReferencesFigures(String task, String key, double tolerance) throws IOException {
        Path golden = SharedData.require("golden/metrics");
        CommandRun result = run(
                "--predictions",
                golden.resolve("pred/" + task).toString(),
                "--labels",
                golden.resolve("gt/" + task).toString(),
                "--task",
                task,
                "--parity",
                "--json");
        assertThat(result.code()).as(result.err()).isZero();
        JsonNode scores = new ObjectMapper().readTree(result.out()).get("scores");
        JsonNode expected = new ObjectMapper()
                .readTree(golden.resolve("expected.json").toFile())
                .get(key);
        assertThat(expected.size()).isGreaterThanOrEqualTo(2);
        expected.properties().forEach(field -> {
            JsonNode actual = scores.get(field.getKey());
            for (int i = 0; i < Math.max(1, field.getValue().size()); i++) {
                double value = (field.getValue().isArray() ? field.getValue().get(i) : field.getValue()).doubleValue();
                assertThat((actual.isArray() ? actual.get(i) : actual).doubleValue())
                        .as(field.getKey())
                        .isCloseTo(value, within(Math.abs(value) * tolerance));
            }
        });
    }

    @Test
    void scoresPredictionsOnADataSetAndLogsTheReferencesLine() throws IOException {
        Path predictions = folder.resolve("results/NYUD/semseg_RC/predictions/semseg");
        Files.createDirectories(predictions);
        byte[] ids = new byte[HEIGHT * WIDTH];
        Arrays.fill(ids, (byte) 5);
        png(predictions.resolve("1_encoded.png"), ids);
        Path log = folder.resolve("log.csv");

        assertThat(nyud("semseg", predictions).err())
                .contains("predictions missing: count=1, first=")
                .contains("2.png");
        png(predictions.resolve("2_encoded.png"), ids);
        Path look = folder.resolve("look");
        CommandRun result = nyud(
                "semseg", predictions, "--log_performance", log.toString(), "--json", "--pictures", look.toString());
        nyud("semseg", predictions, "--log-performance", log.toString(), "--experiment", "again, or so");

        assertThat(result.code()).as(result.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(result.out());
        assertThat(json.get("dataset").asText()).isEqualTo("NYUD");
        // Half the pixels are class 5, 41 classes: IoU 0.5 of one of them.
        assertThat(json.get("scores").get("mIoU").asDouble()).isCloseTo(0.5 / 41, within(1e-12));
        assertThat(json.get("scores").get("iou").get(5).asDouble()).isEqualTo(0.5);
        assertThat(json.get("scores").get("iou").get(40).isNull()).isTrue();
        assertThat(result.err()).contains("of 41 classes occur in no label and no prediction: they have no IoU");
        var lines = Files.readAllLines(log);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("semseg_RC, semseg, mIoU, 1.2195, category_0, 0.0000, ")
                .contains(", category_5, 50.0000, ")
                .endsWith(", category_40, 0.0000");
        assertThat(lines.get(1)).startsWith("again  or so, semseg, mIoU, 1.2195, ");
        Raster picture = ImageDecoder.read(look.resolve("1.png"), ImageLimits.DEFAULT);
        // Columns of 120 and margins of 6, since the images are narrower than the headings.
        assertThat(picture.width()).isEqualTo(6 + 3 * 126);
        int predicted = 6 + 126;
        int truth = 6 + 2 * 126;
        int top = 0;
        while (color(picture, truth, top) != 0 || color(picture, truth + WIDTH - 1, top) != 0x800080) {
            top++;
        }
        assertThat(top).as("headings above").isGreaterThan(2 * 13);
        assertThat(picture.height()).as("a legend below").isGreaterThan(top + HEIGHT + 13);
        assertThat(color(picture, predicted, top)).isEqualTo(0x800080);
        assertThat(color(picture, predicted + WIDTH - 1, top)).isEqualTo(0x800080);
    }

    @Test
    void drawsPicturesWithoutTextWhereJavaCantDrawIt() throws Exception {
        Path predictions = Files.createDirectories(folder.resolve("pred"));
        for (String id : new String[] {"1", "2"}) {
            png(predictions.resolve(id + ".png"), new byte[HEIGHT * WIDTH]);
        }
        // A JDK whose font classes can't be loaded, as without FreeType.
        Path patch = folder.resolve("patch");
        Files.createDirectories(patch.resolve("sun/font"));
        Files.createFile(patch.resolve("sun/font/SunFontManager.class"));
        Path log = folder.resolve("log");
        Path look = folder.resolve("look");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "--patch-module",
                        "java.desktop=" + patch,
                        FacetMain.class.getName(),
                        "evaluate",
                        "--predictions",
                        predictions.toString(),
                        "--task",
                        "semseg",
                        "--dataset",
                        "nyud",
                        "--data",
                        folder.toString(),
                        "--pictures",
                        look.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = command.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).containsOnlyOnce("facet: pictures have no headings and no legend");
        for (String id : new String[] {"1", "2"}) {
            Raster picture = ImageDecoder.read(look.resolve(id + ".png"), ImageLimits.DEFAULT);
            assertThat(picture.height()).isEqualTo(HEIGHT);
            assertThat(picture.width()).isEqualTo(3 * WIDTH);
            assertThat(color(picture, 3 * WIDTH - 1, 0)).isEqualTo(0x800080);
        }
    }

    @Test
    void fortyClassesLeaveOutTheUnlabelled() throws IOException {
        Path predictions = Files.createDirectories(folder.resolve("pred"));
        byte[] ids = new byte[HEIGHT * WIDTH];
        Arrays.fill(ids, (byte) 4);
        png(predictions.resolve("1.png"), ids);
        png(predictions.resolve("2.png"), ids);
        CommandRun result = nyud("semseg", predictions, "--classes", "40", "--json");
        assertThat(result.code()).as(result.err()).isZero();
        // Class 5 of 41 is class 4 of 40, and every other pixel is ignored.
        assertThat(new ObjectMapper()
                        .readTree(result.out())
                        .get("scores")
                        .get("mIoU")
                        .asDouble())
                .isCloseTo(1.0 / 40, within(1e-12));
    }

    @Test
    void averagesOverTheClassesOfAPlainDataSet() throws IOException {
        Path data = folder.resolve("toys");
        Path predictions = Files.createDirectories(folder.resolve("pred"));
        for (String name : new String[] {"images", "segmentation", "splits"}) {
            Files.createDirectories(data.resolve(name));
        }
        byte[] ids = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) (i % WIDTH < 10 ? 0 : 1);
        }
        byte[] image = SyntheticImage.draw(HEIGHT, WIDTH, 1);
        Files.write(data.resolve("images/a.png"), PngWriter.rgb8(HEIGHT, WIDTH, image, Map.of()));
        png(data.resolve("segmentation/a.png"), ids);
        png(predictions.resolve("a.png"), ids);
        Files.writeString(data.resolve("splits/test.txt"), "a\n");
        String[] arguments = {
            "--predictions", predictions.toString(), "--task", "segmentation", "--data", data.toString(), "--json"
        };

        assertThat(run(arguments).err())
                .contains("how many classes? expected --classes N, or classes.txt in the data set [data=toys");
        assertThat(meanIou(run(with(arguments, "--classes", "4")))).isEqualTo(2 / 4.0);
        Files.writeString(data.resolve("classes.txt"), "sky\nroad\ncar\n");
        assertThat(meanIou(run(arguments))).isEqualTo(2 / 3.0);
        assertThat(meanIou(run(with(arguments, "--classes", "3")))).isEqualTo(2 / 3.0);
        CommandRun other = run(with(arguments, "--classes", "21"));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("--classes=21, expected the data set's 3 [data=toys, task=segmentation]");
    }

    private static double meanIou(CommandRun result) throws IOException {
        assertThat(result.code()).as(result.err()).isZero();
        return new ObjectMapper()
                .readTree(result.out())
                .get("scores")
                .get("mIoU")
                .asDouble();
    }

    @Test
    void edgesOfNyudMatchTheDoubleContourWithinItsTolerance() throws IOException {
        Path predictions = Files.createDirectories(folder.resolve("pred"));
        byte[] edges = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = (byte) (i % WIDTH == 10 ? 255 : 0);
        }
        png(predictions.resolve("1.png"), edges);
        png(predictions.resolve("2.png"), edges);
        CommandRun near = nyud("edge", predictions, "--json");
        CommandRun exact = nyud("edge", predictions, "--json", "--max-distance", "0.05");
        assertThat(near.code()).as(near.err()).isZero();
        double recall = new ObjectMapper()
                .readTree(near.out())
                .get("scores")
                .get("odsRecall")
                .asDouble();
        CommandRun folderOnly = run(
                "--predictions",
                predictions.toString(),
                "--task",
                "edge",
                "--dataset",
                "nyud",
                "--labels",
                folder.resolve("NYUD_MT/edge").toString(),
                "--json");
        assertThat(new ObjectMapper().readTree(folderOnly.out()).get("scores"))
                .isEqualTo(new ObjectMapper().readTree(near.out()).get("scores"));
        // The line of one pixel has two contours, of which one prediction can match one.
        assertThat(recall).isLessThan(0.6);
        assertThat(new ObjectMapper()
                        .readTree(exact.out())
                        .get("scores")
                        .get("odsRecall")
                        .asDouble())
                .isGreaterThanOrEqualTo(recall);
    }

    @Test
    void countsDepthWithoutDistanceAndComparesWithABaseline() throws IOException {
        Path predictions = Files.createDirectories(folder.resolve("pred"));
        float[] depth = new float[HEIGHT * WIDTH];
        Arrays.fill(depth, 2.5f);
        for (String id : new String[] {"1", "2"}) {
            Files.write(predictions.resolve(id + ".npy"), NpyWriter.floats(new Shape(HEIGHT, WIDTH), depth));
        }
        Path baseline = folder.resolve("baseline.json");
        Files.writeString(baseline, """
                {"task": "depth", "dataset": "NYUD", "split": "val", "images": 2, "scores": {"rmse": 0.4}}
                {"task": "segmentation", "images": 2, "scores": {"mIoU": 0.5}}
                """);

        CommandRun result = nyud("depth", predictions, "--json", "--baseline", baseline.toString());

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("2 of 480 pixels have no distance, left out");
        JsonNode json = new ObjectMapper().readTree(result.out());
        assertThat(json.get("scores").get("rmse").asDouble()).isCloseTo(0.5, within(1e-6));
        assertThat(json.get("comparison").get("delta_m").asDouble()).isCloseTo(-25, within(1e-4));

        Path ours = folder.resolve("ours.json");
        Files.writeString(ours, "[" + result.out() + ", {\"task\": \"segmentation\", \"scores\": {\"mIoU\": 0.55}}]");
        CommandRun compared = run("--results", ours.toString(), "--baseline", baseline.toString());
        assertThat(compared.out())
                .contains("| depth ")
                .contains("-25.00")
                .contains("+10.00")
                .contains("-7.50");

        Files.writeString(baseline, "{\"task\": \"edges\", \"scores\": {\"odsF\": 0.7}}");
        CommandRun other = nyud("depth", predictions, "--baseline", baseline.toString());
        assertThat(other.err()).contains("no baseline: task='depth', there are [edges]");
        Files.writeString(baseline, "nothing");
        assertThat(nyud("depth", predictions, "--baseline", baseline.toString()).err())
                .contains("baseline.json");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(run("--task", "depth", "--predictions", folder.toString()).err())
                .contains("predictions need labels");
        assertThat(run("--task", "depth").err()).contains("what to score?");
        assertThat(run("--results", "x.json").err()).contains("expected --baseline FILE");
        assertThat(nyud("sal", folder).err()).contains("task kind: value='saliency'");
    }

    private CommandRun nyud(String task, Path predictions, String... more) {
        String[] first = {
            "--predictions", predictions.toString(), "--task", task, "--dataset", "nyud", "--data", folder.toString()
        };
        return run(with(first, more));
    }

    private static String[] with(String[] first, String... more) {
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static int color(Raster picture, int x, int y) {
        int at = 3 * (y * picture.width() + x);
        return (picture.rgb()[at] & 0xFF) << 16 | (picture.rgb()[at + 1] & 0xFF) << 8 | picture.rgb()[at + 2] & 0xFF;
    }

    private static void png(Path file, byte[] values) throws IOException {
        Files.write(file, PngWriter.grey8(HEIGHT, WIDTH, values, Map.of()));
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(with(new String[] {"evaluate"}, arguments));
    }
}
