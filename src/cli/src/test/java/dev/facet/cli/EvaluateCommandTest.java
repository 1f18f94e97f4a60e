package dev.facet.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Score;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 56;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writePacksAndData() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, false, 1);
        BankWriter.write(folder.resolve("bank.safetensors"), bank);
        List<LabelClass> classes = List.of(new LabelClass("sky", "#102030"), new LabelClass("sea_bed", "#405060"));
        for (TaskKind kind : List.of(new Edges("boundaries"), new Segmentation(classes))) {
            PackWriter.write(
                    folder.resolve(kind.id() + ".safetensors"), RandomModels.pack(bank, Modulation.RC, kind, 2));
        }
        Path data = folder.resolve("toys");
        for (String name : List.of("images", "segmentation", "edges", "splits")) {
            Files.createDirectories(data.resolve(name));
        }
        for (String id : List.of("a", "b")) {
            byte[] image = SyntheticImage.draw(HEIGHT, WIDTH, id.charAt(0));
            Files.write(data.resolve("images/" + id + ".png"), PngWriter.rgb8(HEIGHT, WIDTH, image, Map.of()));
            byte[] ids = new byte[HEIGHT * WIDTH];
            byte[] drawn = new byte[HEIGHT * WIDTH];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (byte) (i % WIDTH < 20 ? 0 : i % WIDTH < 50 ? 1 : 255);
                drawn[i] = (byte) (i % WIDTH == 20 ? 255 : 0);
            }
            Files.write(data.resolve("segmentation/" + id + ".png"), PngWriter.grey8(HEIGHT, WIDTH, ids, Map.of()));
            Files.write(data.resolve("edges/" + id + ".png"), PngWriter.grey8(HEIGHT, WIDTH, drawn, Map.of()));
        }
        Files.writeString(data.resolve("splits/test.txt"), "a\nb\n");
        Files.writeString(data.resolve("classes.txt"), "sky\nsea bed\n");
    }

    @Test
    void scoresAPackAndDrawsPictures() throws IOException {
        CommandRun result = evaluate(
                "segmentation", "--json", "--pictures", folder.resolve("look").toString());

        assertThat(result.code()).as(result.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(result.out());
        assertThat(json.get("pack").asText()).isEqualTo("random-segmentation@1");
        assertThat(json.get("digest").asText()).hasSize(64);
        assertThat(json.get("dataset").asText()).isEqualTo("toys");
        assertThat(json.get("split").asText()).isEqualTo("test");
        assertThat(json.get("images").asInt()).isEqualTo(2);
        JsonNode scores = json.get("scores");
        double mean =
                (scores.get("IoU/sky").asDouble() + scores.get("IoU/sea_bed").asDouble()) / 2;
        assertThat(scores.get("mIoU").asDouble()).isBetween(0.0, 1.0).isCloseTo(mean, within(1e-12));
        Raster picture = ImageDecoder.read(folder.resolve("look/a.png"), ImageLimits.DEFAULT);
        // Columns of 120 and margins of 6, since the images are narrower than the headings.
        assertThat(picture.width()).isEqualTo(6 + 3 * 126);
        int truth = 6 + 2 * 126;
        assertThat(column(picture, truth))
                .filteredOn(color -> color == 0x102030)
                .as("sky")
                .hasSize(HEIGHT);
        assertThat(column(picture, truth + 55))
                .contains(0xF0F0F0, 0x585858)
                .as("ignored")
                .doesNotContain(0x405060);
    }

    /** The colours of a column of pixels, from top to bottom. */
    private static List<Integer> column(Raster picture, int x) {
        List<Integer> colors = new ArrayList<>();
        for (int y = 0; y < picture.height(); y++) {
            int at = 3 * (y * picture.width() + x);
            colors.add((picture.rgb()[at] & 0xFF) << 16
                    | (picture.rgb()[at + 1] & 0xFF) << 8
                    | picture.rgb()[at + 2] & 0xFF);
        }
        return colors;
    }

    @Test
    void smallerLabelsInAFolderOfAnotherNameAreScoredAtTheImagesSize() throws IOException {
        Files.createDirectories(folder.resolve("toys/coarse"));
        for (String id : List.of("a", "b")) {
            byte[] ids = new byte[HEIGHT / 2 * WIDTH / 2];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (byte) (i % (WIDTH / 2) < 10 ? 0 : i % (WIDTH / 2) < 25 ? 1 : 255);
            }
            Files.write(
                    folder.resolve("toys/coarse/" + id + ".png"),
                    PngWriter.grey8(HEIGHT / 2, WIDTH / 2, ids, Map.of()));
        }
        CommandRun coarse = evaluate("segmentation", "--json", "--labels", "coarse");
        assertThat(coarse.code()).as(coarse.err()).isZero();
        assertThat(coarse.out()).isEqualTo(evaluate("segmentation", "--json").out());

        CommandRun outside = evaluate("segmentation", "--labels", "../toys/coarse");
        assertThat(outside.code()).isEqualTo(2);
        assertThat(outside.err()).contains("folder of labels: value='../toys/coarse'");
        assertThat(evaluate("segmentation", "--labels", "fine").err()).contains("toys/fine/a.png");
    }

    /** Inverse depth of half the photos' size, and the distances that belong to it. */
    private static Path writeDepths() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, false, 1);
        PackWriter.write(folder.resolve("near.safetensors"), RandomModels.pack(bank, Modulation.RC, Depth.INVERSE, 5));
        PackWriter.write(
                folder.resolve("metric.safetensors"),
                RandomModels.pack(bank, Modulation.RC, new Depth("metre", 0.001), 5));
        Path data = folder.resolve("deep");
        for (String name : List.of("images", "inverse_depth", "splits")) {
            Files.createDirectories(data.resolve(name));
        }
        Files.copy(folder.resolve("toys/images/a.png"), data.resolve("images/a.png"), REPLACE_EXISTING);
        byte[] near = new byte[HEIGHT / 2 * WIDTH / 2];
        for (int i = 0; i < near.length; i++) {
            near[i] = (byte) (i * 255 / near.length);
        }
        Files.write(data.resolve("inverse_depth/a.png"), PngWriter.grey8(HEIGHT / 2, WIDTH / 2, near, Map.of()));
        Files.writeString(data.resolve("splits/test.txt"), "a\n");
        return data;
    }

    @Test
    void inverseDepthIsScoredAgainstItsOwnLabelsAndAgainstSensors() throws IOException {
        Path data = writeDepths();
        Path saved = folder.resolve("nearness");
        CommandRun run = evaluate("near", "--data", data.toString(), "--json", "--save-predictions", saved.toString());
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode scores = new ObjectMapper().readTree(run.out()).get("scores");
        assertThat(scores.get("l1_range").asDouble()).isBetween(0.0, 0.5);
        assertThat(scores.get("spearman").asDouble()).isBetween(-1.0, 1.0);
        assertThat(scores.has("abs_rel")).isFalse();
        assertThat(saved.resolve("a.npy")).exists();

        // What was saved has the same scores, if it is said what it is.
        String labels = data.resolve("inverse_depth").toString();
        for (String[] truth : new String[][] {{"--data", data.toString()}, {"--labels", labels}}) {
            CommandRun again = CommandRun.of(
                    "evaluate",
                    "--predictions",
                    saved.toString(),
                    "--task",
                    "depth",
                    "--quantity",
                    "inverse-depth",
                    "--json",
                    truth[0],
                    truth[1]);
            assertThat(again.code()).as(again.err()).isZero();
            assertThat(new ObjectMapper().readTree(again.out()).get("scores")).isEqualTo(scores);
        }
        CommandRun metres = CommandRun.of(
                "evaluate", "--predictions", saved.toString(), "--task", "depth", "--data", data.toString());
        assertThat(metres.err()).contains("the data set has inverse depth, expected distances");

        Files.createDirectories(data.resolve("sensor"));
        short[] millimetres = new short[HEIGHT * WIDTH];
        for (int i = 0; i < millimetres.length; i++) {
            millimetres[i] = (short) (i % 7 == 0 ? 0 : 1000 + i);
        }
        Files.write(data.resolve("sensor/a.png"), PngWriter.grey16(HEIGHT, WIDTH, millimetres, Map.of()));
        CommandRun sensor = evaluate("near", "--data", data.toString(), "--labels", "sensor", "--json");
        assertThat(sensor.code()).as(sensor.err()).isZero();
        assertThat(sensor.err()).contains("pixels have no label, left out");
        JsonNode measured = new ObjectMapper().readTree(sensor.out()).get("scores");
        assertThat(measured.get("abs_rel").asDouble()).isPositive();
        assertThat(measured.get("delta1").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void oneQuantityIsNotScoredAsTheOther() throws IOException {
        Path data = writeDepths();
        assertThat(evaluate("metric", "--data", data.toString()).err())
                .contains("the data set has inverse depth, expected distances");
        assertThat(evaluate("metric", "--data", data.toString(), "--labels", "inverse_depth")
                        .err())
                .contains("value=8-bit grey, expected=16-bit grey, millimetres");
        assertThat(evaluate("near", "--data", data.toString(), "--quantity", "distance")
                        .err())
                .contains("--quantity needs --predictions: a pack says which quantity it answers");
        CommandRun edges = CommandRun.of(
                "evaluate",
                "--predictions",
                data.toString(),
                "--labels",
                data.toString(),
                "--task",
                "edges",
                "--quantity",
                "inverse-depth");
        assertThat(edges.code()).isEqualTo(2);
        assertThat(edges.err()).contains("--quantity needs depth: quantity=inverse-depth, task=edges");
    }

    @Test
    void packsThatAreScoredTogetherGetTheScoresThatTheyGetAlone() throws IOException {
        String alone = evaluate("segmentation", "--json").out()
                + evaluate("edges", "--json").out();

        CommandRun together = evaluate(
                "segmentation",
                "--pack",
                folder.resolve("edges.safetensors").toString(),
                "--pictures",
                folder.resolve("both").toString(),
                "--json");

        assertThat(together.out()).isEqualTo(alone);
        // The numbers behind a score are there as they are for a folder of predictions.
        JsonNode edges = new ObjectMapper()
                .readTree(together.out().lines().toList().get(1))
                .get("scores");
        for (String curve : List.of("thresholds", "precision", "recall")) {
            assertThat(edges.get(curve)).as(curve).hasSize(101);
        }
        assertThat(folder.resolve("both/random-segmentation@1/a.png")).exists();
        assertThat(folder.resolve("both/random-edges@1/b.png")).exists();
    }

    @Test
    void labelsWithoutAnythingThatCountsAreNothingToScoreAndKeepNoOtherPackFromItsScores() throws IOException {
        Path blank = folder.resolve("blank");
        for (String name : List.of("images", "segmentation", "edges", "splits")) {
            Files.createDirectories(blank.resolve(name));
        }
        Files.copy(folder.resolve("toys/images/a.png"), blank.resolve("images/a.png"));
        Files.copy(folder.resolve("toys/segmentation/a.png"), blank.resolve("segmentation/a.png"));
        Files.copy(folder.resolve("toys/classes.txt"), blank.resolve("classes.txt"));
        byte[] nothing = PngWriter.grey8(HEIGHT, WIDTH, new byte[HEIGHT * WIDTH], Map.of());
        Files.write(blank.resolve("edges/a.png"), nothing);
        Files.writeString(blank.resolve("splits/test.txt"), "a\n");
        String reason =
                "facet: nothing to score: labels=1, none with a boundary [pack=random-edges@1, data=blank, split=test]";

        CommandRun alone = evaluate("edges", "--data", blank.toString());
        CommandRun both = evaluate(
                "edges",
                "--pack",
                folder.resolve("segmentation.safetensors").toString(),
                "--data",
                blank.toString(),
                "--json");

        assertThat(alone.code()).isEqualTo(1);
        assertThat(alone.out()).isEmpty();
        assertThat(alone.err()).contains(reason);
        assertThat(both.code()).isEqualTo(1);
        assertThat(both.err()).contains(reason);
        JsonNode json = new ObjectMapper().readTree(both.out());
        assertThat(json.get("task").asText()).isEqualTo("segmentation");
        assertThat(json.get("scores").get("pixelAccuracy").asDouble()).isBetween(0.0, 1.0);
    }

    @Test
    void writesScoresIntoADraft() throws IOException {
        Path draft = Files.copy(folder.resolve("edges.safetensors"), folder.resolve("draft.safetensors"));

        CommandRun result = evaluate("draft", "--write", "--json");

        assertThat(result.code()).as(result.err()).isZero();
        var pack = PackReader.readUnbound(draft);
        assertThat(pack.manifest().scores()).extracting(Score::metric).startsWith("odsF", "oisF", "AP");
        assertThat(pack.manifest().scores()).extracting(Score::dataset).containsOnly("toys");
        assertThat(new ObjectMapper().readTree(result.out()).get("digest").asText())
                .isEqualTo(pack.digest());
        // Scoring again replaces the scores, so the bytes stay.
        evaluate("draft", "--write");
        assertThat(PackReader.readUnbound(draft).digest()).isEqualTo(pack.digest());
    }

    @Test
    void refusesADataSetWithOtherClasses() throws IOException {
        Path other = folder.resolve("others");
        Files.createDirectories(other.resolve("splits"));
        Files.createDirectories(other.resolve("images"));
        Files.createDirectories(other.resolve("segmentation"));
        for (String file : List.of("images/a.png", "segmentation/a.png")) {
            Files.copy(folder.resolve("toys").resolve(file), other.resolve(file));
        }
        Files.writeString(other.resolve("splits/test.txt"), "a\n");
        Files.writeString(other.resolve("classes.txt"), "sky\nroad\n");

        CommandRun result = CommandRun.of(
                "evaluate",
                "--bank",
                folder.resolve("bank.safetensors").toString(),
                "--pack",
                folder.resolve("segmentation.safetensors").toString(),
                "--data",
                other.toString());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("class 1 is 'road' in the data set, expected 'sea_bed'");
    }

    @Test
    void refusesToWriteScoresThatArentTheStandardOnesOfAWholeSplit() throws IOException {
        Path draft = Files.copy(folder.resolve("edges.safetensors"), folder.resolve("unscored.safetensors"));
        for (String option : List.of(
                "--limit 1",
                "--max-distance 0.05",
                "--cardinality",
                "--parity",
                "--pad 96x80",
                "--pad none",
                "--size-multiple 64")) {
            List<String> arguments = new ArrayList<>(List.of("--write"));
            arguments.addAll(List.of(option.split(" ")));
            CommandRun result = evaluate("unscored", arguments.toArray(String[]::new));
            assertThat(result.code()).as(option).isEqualTo(2);
            assertThat(result.err()).as(option).contains("--write needs the standard scores of a whole split");
        }
        assertThat(PackReader.readUnbound(draft).manifest().scores()).isEmpty();
    }

    @Test
    void refusesToPadTwice() {
        CommandRun result = evaluate("edges", "--pad", "96x80", "--size-multiple", "64");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("expected --pad none");
        assertThat(evaluate("edges", "--size-multiple", "64").code()).isZero();
    }

    @Test
    void refusesToScoreNothing() {
        assertThat(evaluate("edges", "--split", "val").err()).contains("no such split: value='val', there are [test]");
        assertThat(CommandRun.of("evaluate", "--task", "edges").err()).contains("what to score?");
    }

    @Test
    void scoresAPackOnPascalAsTheReferenceEvaluates() throws IOException {
        Path root = folder.resolve("pascal/PASCAL_MT");
        for (String name : List.of("JPEGImages", "ImageSets/Context", "SaliencyDistill")) {
            Files.createDirectories(root.resolve(name));
        }
        byte[] salient = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < salient.length; i++) {
            salient[i] = (byte) (i % WIDTH < 30 ? 255 : 0);
        }
        Files.write(root.resolve("SaliencyDistill/x.png"), PngWriter.grey8(HEIGHT, WIDTH, salient, Map.of()));
        byte[] image = SyntheticImage.draw(HEIGHT, WIDTH, 3);
        Files.write(root.resolve("JPEGImages/x.png"), PngWriter.rgb8(HEIGHT, WIDTH, image, Map.of()));
        Files.writeString(root.resolve("ImageSets/Context/val.txt"), "x\n");
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, false, 1);
        PackWriter.write(
                folder.resolve("saliency.safetensors"), RandomModels.pack(bank, Modulation.RC, new Saliency(), 2));

        CommandRun padded = pascal("--pad", "96x80");
        CommandRun served = pascal("--pad", "none");
        CommandRun whole = pascal();

        assertThat(padded.code()).as(padded.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(padded.out());
        assertThat(json.get("dataset").asText()).isEqualTo("PASCALContext");
        assertThat(json.get("split").asText()).isEqualTo("val");
        assertThat(json.get("scores").get("mIoU").asDouble()).isBetween(0.0, 1.0);
        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(served.code()).as(served.err()).isZero();
        Path saved = folder.resolve("saved");
        CommandRun again = pascal("--pad", "96x80", "--save-predictions", saved.toString());
        CommandRun scored = CommandRun.of(
                "evaluate",
                "--predictions",
                saved.toString(),
                "--task",
                "sal",
                "--dataset",
                "pascal",
                "--data",
                root.toString(),
                "--json");
        assertThat(again.out()).isEqualTo(padded.out());
        for (String metric : List.of("mIoU", "maxF")) {
            assertThat(new ObjectMapper().readTree(scored.out()).get("scores").get(metric))
                    .isEqualTo(json.get("scores").get(metric));
        }
        assertThat(pascal("--pad", "96y80").err()).contains("value='96y80', expected a side, HEIGHTxWIDTH or none");
        assertThat(pascal("--dataset", "voc").err()).contains("value='voc', expected=plain|pascal|nyud");
    }

    private static CommandRun pascal(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "--bank",
                folder.resolve("bank.safetensors").toString(),
                "--pack",
                folder.resolve("saliency.safetensors").toString(),
                "--data",
                folder.resolve("pascal").toString(),
                "--device",
                "cpu",
                "--json"));
        if (!List.of(more).contains("--dataset")) {
            arguments.addAll(List.of("--dataset", "PASCALContext"));
        }
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static CommandRun evaluate(String pack, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "--bank",
                folder.resolve("bank.safetensors").toString(),
                "--pack",
                folder.resolve(pack + ".safetensors").toString(),
                "--device",
                "cpu"));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--data")) {
            arguments.addAll(List.of("--data", folder.resolve("toys").toString()));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }
}
