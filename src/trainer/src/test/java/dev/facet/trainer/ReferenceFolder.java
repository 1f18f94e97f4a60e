package dev.facet.trainer;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.network.Modulation;
import dev.facet.evaluation.dataset.PlainFolder;
import dev.facet.evaluation.mat.MatFixture;
import dev.facet.exchange.checkpoint.CheckpointWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * What the reference's files name, with few and small images: {@code data/PASCAL_MT}, {@code data/NYUD_MT}, {@code
 * models/resnet18_RC.pth}, and the bank that Facet reads.
 */
final class ReferenceFolder {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 56;
    private static final int PERSON = 284;
    private static final int CAT = 65;
    private static final Map<String, List<String>> SPLITS =
            Map.of("train", List.of("1", "2", "3"), "val", List.of("4", "5"), "sample_imgs", List.of("4"));

    private ReferenceFolder() {}

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("models"));
        BankWriter.write(folder.resolve("models/bank.safetensors"), RandomBank.rotated(1));
        CheckpointWriter.write(folder.resolve("models/resnet18_RC.pth"), RandomCheckpoint.of(Modulation.RC), 0);
        PlainFolder pascal = new PlainFolder(folder.resolve("data/PASCAL_MT"));
        PlainFolder nyud = new PlainFolder(folder.resolve("data/NYUD_MT"));
        SPLITS.forEach((split, ids) -> {
            String list = String.join("\n", ids) + "\n";
            pascal.text("ImageSets/Context/%s.txt".formatted(split), list);
            nyud.text("gt_sets/%s.txt".formatted(split), list);
            for (String id : ids) {
                writePascal(pascal, id);
                writeNyud(nyud, id);
            }
        });
    }

    /** A thing on the right of a border, and what the labels say of it. */
    private static void writePascal(PlainFolder files, String id) {
        int border = border(id);
        files.rgb("JPEGImages/%s.jpg".formatted(id), HEIGHT, WIDTH, image(id))
                .bytes(
                        "Context/trainval/%s.mat".formatted(id),
                        MatFixture.file("LabelMap", new MatFixture.Shorts(HEIGHT, WIDTH, map(border, PERSON, CAT))))
                .bytes("PascalParts/%s.mat".formatted(id), MatFixture.file("anno", anno(border)))
                .palette("SemanticSegmentation/Context/%s.png".formatted(id), HEIGHT, WIDTH, map(border, 15, 8))
                .rgb(
                        "NormalsDistill/%s.png".formatted(id),
                        HEIGHT,
                        WIDTH,
                        pixels(3, i -> new int[] {127, 127, 255}[i % 3]))
                .grey("SaliencyDistill/%s.png".formatted(id), 8, HEIGHT, WIDTH, map(border, 255, 0));
    }

    private static void writeNyud(PlainFolder files, String id) {
        int border = border(id);
        double[] metres = new double[HEIGHT * WIDTH];
        for (int i = 0; i < metres.length; i++) {
            metres[i] = i % WIDTH > border ? 1.5 : 4;
        }
        files.rgb("images/%s.jpg".formatted(id), HEIGHT, WIDTH, image(id))
                .grey("edge/%s.png".formatted(id), 8, HEIGHT, WIDTH, pixels(1, i -> i % WIDTH == border ? 255 : 0))
                .bytes(
                        "segmentation/%s.mat".formatted(id),
                        MatFixture.file("segmentation", new MatFixture.Bytes(HEIGHT, WIDTH, map(border, 40, 0))))
                .rgb("normals/%s.jpg".formatted(id), HEIGHT, WIDTH, pixels(3, i -> i % 3 == 2 ? 255 : 127))
                .bytes(
                        "depth/%s.mat".formatted(id),
                        MatFixture.file("depth", new MatFixture.Singles(HEIGHT, WIDTH, metres)));
    }

    private static int border(String id) {
        return 14 + 6 * Integer.parseInt(id);
    }

    private static int[] image(String id) {
        Random random = new Random(Long.parseLong(id));
        int border = border(id);
        return pixels(3, i -> (i / 3 % WIDTH > border ? 180 : 40) + random.nextInt(40));
    }

    private static int[] map(int border, int right, int left) {
        return pixels(1, i -> i % WIDTH > border ? right : left);
    }

    private static int[] pixels(int channels, IntUnaryOperator value) {
        int[] pixels = new int[HEIGHT * WIDTH * channels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = value.applyAsInt(i);
        }
        return pixels;
    }

    /** One person, whose upper half is a torso. */
    private static List<Map<String, Object>> anno(int border) {
        int half = HEIGHT / 2 * WIDTH;
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("part_name", "torso");
        part.put("mask", new MatFixture.Bytes(HEIGHT, WIDTH, pixels(1, i -> i < half && i % WIDTH > border ? 1 : 0)));
        Map<String, Object> person = new LinkedHashMap<>();
        person.put("class", "person");
        person.put("class_ind", 15);
        person.put("mask", new MatFixture.Bytes(HEIGHT, WIDTH, map(border, 1, 0)));
        person.put("parts", List.of(part));
        Map<String, Object> anno = new LinkedHashMap<>();
        anno.put("imname", "x");
        anno.put("objects", List.of(person));
        return List.of(anno);
    }
}
