package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.task.LabelClass;
import dev.facet.evaluation.boundary.SegmentBoundaries;
import dev.facet.evaluation.mat.MatFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PascalDatasetTest {
    private static final int HEIGHT = 14;
    private static final int WIDTH = 16;
    private static final List<String> ALL = List.of("segmentation", "human-parts", "normals", "saliency", "edges");

    /** Edges of {@link #segments}, made with OpenCV 5.0.0 (Laplacian) and scikit-image 0.26.0 (thin). */
    private static final String EDGES = """
            0000000000000000
            0000000000000000
            0000111110010000
            0001010001101110
            0001110001011000
            0010001110000100
            0010001000000100
            0010001000000100
            0001001000000100
            0001110000000100
            0010001000000100
            0101000100000100
            0010000011111000
            0000000000000000
            """;

    private enum Layout {
        NEW("Context/trainval", "PascalParts", "SemanticSegmentation/Context", "NormalsDistill", "SaliencyDistill"),
        OLD("pascal-context/trainval", "human_parts", "semseg/pascal-context", "normals_distill", "sal_distill");

        private final String context;
        private final String parts;
        private final String segmentation;
        private final String normals;
        private final String saliency;

        Layout(String context, String parts, String segmentation, String normals, String saliency) {
            this.context = context;
            this.parts = parts;
            this.segmentation = segmentation;
            this.normals = normals;
            this.saliency = saliency;
        }
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void readsEveryLabelInEitherLayout(Layout layout) {
        write(layout, "b", "a");

        LabelledDataset dataset = LabelledDataset.open(folder, "PASCALContext", ALL, "val", DatasetOptions.REFERENCE);

        assertThat(dataset.name()).isEqualTo("PASCALContext");
        assertThat(dataset.ids()).containsExactly("b", "a");
        assertThat(dataset.classes("segmentation")).hasSize(21).startsWith("background", "aeroplane");
        assertThat(dataset.classes("human-parts")).hasSize(7);
        assertThat(dataset.labelClasses("human-parts").get(1)).isEqualTo(new LabelClass("head", "#800000"));
        assertThat(dataset.labelClasses("edges")).isEmpty();
        assertThat(dataset.keepsHoles()).isFalse();
        assertThat(dataset.boundaryTolerance()).isEqualTo(0.0075);
        Sample sample = dataset.sample("a");
        assertThat(sample.labels().keySet()).containsExactlyElementsOf(ALL);

        byte[] classes = ((Label.ClassMap) sample.label("segmentation")).ids();
        assertThat(classes).startsWith(0, 1, 2, 3).endsWith(255, 255);
        byte[] salient = ((Label.SaliencyMap) sample.label("saliency")).values();
        assertThat(salient).startsWith(0, 127, 128, 255);

        float[] normals = ((Label.NormalMap) sample.label("normals")).vectors();
        // Class 284 counts, 0 doesn't; nothing is brought to unit length.
        int person = (3 * WIDTH + 4) * 3;
        assertThat(segments()[3 * WIDTH + 4]).isEqualTo(284);
        assertThat(normals[person]).isCloseTo(2 * 200 / 255f - 1, within(1e-6f));
        assertThat(normals[person + 1]).isCloseTo(2 * 128 / 255f - 1, within(1e-6f));
        assertThat(normals[person + 2]).isEqualTo(-1);
        assertThat(normals[0]).isZero();
        assertThat(dataset.remarks()).singleElement().asString().contains("no class tables");
    }

    @Test
    void edgesAreTheThinnedLaplacianAndTheTruthIsTheSegmentsBoundary() {
        write(Layout.NEW, "a");

        Label.EdgeMap scored = (Label.EdgeMap) open("edges").label("a", "edges");
        StringBuilder drawn = new StringBuilder();
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            drawn.append(scored.mean()[i] == 0 ? '0' : '1').append(i % WIDTH == WIDTH - 1 ? "\n" : "");
        }
        assertThat(drawn).hasToString(EDGES);
        char[] segments = new char[HEIGHT * WIDTH];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = (char) segments()[i];
        }
        assertThat(scored.annotators()).singleElement().isEqualTo(SegmentBoundaries.of(segments, HEIGHT, WIDTH));

        LabelledDataset training =
                LabelledDataset.open(folder, "pascal", List.of("edges"), "val", new DatasetOptions(true, false));
        for (int time = 0; time < 2; time++) {
            Label.EdgeMap again = (Label.EdgeMap) training.label("a", "edges");
            assertThat(again.mean()).isEqualTo(scored.mean());
            assertThat(again.annotators()).isEmpty();
        }
    }

    @Test
    void partsArePaintedInTheOrderOfTheFile() {
        write(Layout.NEW, "a");
        parts("a", List.of(person(part("torso", 0, 1, 2, 3), part("hair", 2, 3), part("rfoot", 5), part("luarm", 6))));

        byte[] ids = ((Label.ClassMap) open("human-parts", "edges").label("a", "human-parts")).ids();

        assertThat(ids).startsWith(2, 2, 1, 1, 0, 6, 3, 0);
    }

    @Test
    void anImageWithPersonsButNoPartsIsBackgroundAndOneWithoutPersonsIsIgnored() {
        write(Layout.NEW, "a", "b", "c");
        parts("a", List.of(person()));
        parts("b", List.of(object(12, part("head", 1))));
        parts("c", List.of());

        LabelledDataset joint = open("human-parts", "saliency");

        assertThat(joint.ids()).containsExactly("a", "b", "c");
        assertThat(values(joint.label("a", "human-parts"))).containsOnly(0);
        assertThat(values(joint.label("b", "human-parts"))).containsOnly(255);
        assertThat(values(joint.label("c", "human-parts"))).containsOnly(255);

        LabelledDataset alone = open("human-parts");
        assertThat(alone.ids()).containsExactly("a");
        assertThat(alone.remarks()).contains("images without a person are left out: 2 of 3");
    }

    @Test
    void takesTheListOfPersonsWhereItFitsTheSplitAndNeverWritesOne() throws IOException {
        PlainFolder files = write(Layout.NEW, "a", "b");
        parts("a", List.of(person(part("head", 1))));
        parts("b", List.of(person(part("head", 1))));
        files.text("ImageSets/Parts/val.txt", "{\"a\": [13], \"b\": [7, 15], \"other\": [15]}");
        assertThat(open("human-parts").ids()).containsExactly("b");
        assertThat(values(open("human-parts", "edges").label("a", "human-parts")))
                .containsOnly(255);

        for (String other : List.of("{\"a\": [13]}", "{\"a\": ", "[1]")) {
            files.text("ImageSets/Parts/val.txt", other);
            LabelledDataset dataset = open("human-parts");
            assertThat(dataset.ids()).containsExactly("a", "b");
            assertThat(dataset.remarks().get(0)).contains("isn't used").contains("ImageSets/Parts/val.txt");
        }
        Files.delete(files.root().resolve("ImageSets/Parts/val.txt"));
        List<Path> before = listing();
        open("human-parts").sample("a");
        open("edges", "normals").sample("a");
        assertThat(listing()).isEqualTo(before);
    }

    @Test
    void normalClassesComeFromTheTablesWhereTheyAreThere() {
        PlainFolder files = write(Layout.NEW, "a")
                .text("json/nyu_classes.json", "[\"cat\", \"unknown\", \"lamp\"]")
                .text("json/context_classes.json", "{\"cat\": 65, \"unknown\": 284, \"tvmonitor\": 9, \"sky\": 454}");

        LabelledDataset dataset = open("normals");

        assertThat(dataset.remarks()).singleElement().asString().contains("2 classes count by the class tables, 170");
        float[] normals = ((Label.NormalMap) dataset.label("a", "normals")).vectors();
        int[] segments = segments();
        for (int i = 0; i < segments.length; i++) {
            boolean counts = segments[i] == 65 || segments[i] == 9;
            assertThat(normals[i * 3 + 2] != 0).isEqualTo(counts);
        }
        files.text("json/nyu_classes.json", "{\"cat\": 1, \"lamp\": 2}");
        assertThat(((Label.NormalMap) open("normals").label("a", "normals")).vectors())
                .isEqualTo(normals);
        files.text("json/context_classes.json", "{\"cat\": \"x\"}");
        assertThatThrownBy(() -> open("normals"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("name='cat'")
                .hasMessageContaining("context_classes.json");
    }

    @Test
    void theReleasedNormalClassesAre170() {
        assertThat(NormalClasses.released())
                .hasSize(170)
                .contains(284, 65, 113, 59, 427)
                .doesNotContain(0, 1, 2, 31);
    }

    @Test
    void takesTheLabelsOfVocBeforeThoseOfContext() {
        PlainFolder files = write(Layout.OLD, "a");
        int[] ids = new int[HEIGHT * WIDTH];
        Arrays.fill(ids, 7);
        files.palette("semseg/VOC12/a.png", HEIGHT, WIDTH, ids);
        assertThat(values(open("segmentation").label("a", "segmentation"))).containsOnly(7);
    }

    @Test
    void namesWhatIsMissingBeforeAnythingIsRead() throws IOException {
        PlainFolder files = write(Layout.NEW, "a", "b");
        Files.delete(files.root().resolve("Context/trainval/b.mat"));
        for (String kind : List.of("normals", "edges")) {
            assertThatThrownBy(() -> open(kind))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("count=1")
                    .hasMessageContaining("Context/trainval/b.mat");
        }
        Files.delete(files.root().resolve("JPEGImages/a.jpg"));
        assertThatThrownBy(() -> open("saliency")).hasMessageContaining("JPEGImages/a.jpg");
        assertThatThrownBy(
                        () -> LabelledDataset.open(folder, "PASCAL", List.of("depth"), "val", DatasetOptions.REFERENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value='depth'");
        assertThatThrownBy(() ->
                        LabelledDataset.open(folder, "PASCAL", List.of("edges"), "test", DatasetOptions.REFERENCE))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no such split: value='test', there are [val]");
        assertThatThrownBy(() -> LabelledDataset.open(
                        folder.resolve("x"), "PASCAL", List.of("edges"), "val", DatasetOptions.REFERENCE))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no PASCAL_MT");
    }

    @Test
    void namesTheFileThatIsBroken() {
        PlainFolder files = write(Layout.NEW, "a");
        LabelledDataset dataset = open(ALL.toArray(String[]::new));
        files.bytes("Context/trainval/a.mat", new byte[200]);
        assertThatThrownBy(() -> dataset.label("a", "normals"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("Context/trainval/a.mat");
        files.bytes("Context/trainval/a.mat", MatFixture.file("LabelMap", new MatFixture.Singles(1, 2, 1, 0.5)));
        assertThatThrownBy(() -> dataset.label("a", "edges"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("value=0.5")
                .hasMessageContaining("Context/trainval/a.mat");
        parts("a", List.of(person(part("tail", 1))));
        assertThatThrownBy(() -> dataset.label("a", "human-parts"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("name='tail'")
                .hasMessageContaining("PascalParts/a.mat");
        files.bytes("PascalParts/a.mat", MatFixture.file("anno", List.of(Map.of("imname", "a"))));
        assertThatThrownBy(() -> dataset.label("a", "human-parts"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("name='objects'")
                .hasMessageContaining("PascalParts/a.mat");
        files.grey("SaliencyDistill/a.png", 8, 1, 2, 0, 0);
        LabelledDataset salient = open("saliency");
        assertThatThrownBy(() -> salient.sample("a"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label=1×2, image=14×16")
                .hasMessageContaining("SaliencyDistill/a.png");
    }

    private LabelledDataset open(String... kinds) {
        return LabelledDataset.open(folder, "pascal_mt", List.of(kinds), "val", DatasetOptions.REFERENCE);
    }

    private PlainFolder write(Layout layout, String... ids) {
        PlainFolder files = new PlainFolder(folder.resolve("PASCAL_MT"));
        files.text("ImageSets/Context/val.txt", String.join("\n", ids) + "\n");
        int pixels = HEIGHT * WIDTH;
        int[] classes = IntStream.range(0, pixels)
                .map(i -> i >= pixels - 2 ? 255 : i % 21)
                .toArray();
        int[] salient = IntStream.range(0, pixels)
                .map(i -> new int[] {0, 127, 128, 255}[i % 4])
                .toArray();
        int[] rgb = IntStream.range(0, pixels * 3)
                .map(i -> new int[] {200, 128, 0}[i % 3])
                .toArray();
        for (String id : ids) {
            files.image("JPEGImages/" + id + ".jpg", HEIGHT, WIDTH)
                    .palette(layout.segmentation + "/" + id + ".png", HEIGHT, WIDTH, classes)
                    .grey(layout.saliency + "/" + id + ".png", 8, HEIGHT, WIDTH, salient)
                    .rgb(layout.normals + "/" + id + ".png", HEIGHT, WIDTH, rgb)
                    .bytes(
                            layout.context + "/" + id + ".mat",
                            MatFixture.file("LabelMap", new MatFixture.Shorts(HEIGHT, WIDTH, segments())))
                    .bytes(
                            layout.parts + "/" + id + ".mat",
                            MatFixture.file("anno", anno(List.of(person(part("head", 1))))));
        }
        return files;
    }

    private void parts(String id, List<Map<String, Object>> objects) {
        new PlainFolder(folder.resolve("PASCAL_MT"))
                .bytes("PascalParts/" + id + ".mat", MatFixture.file("anno", anno(objects)));
    }

    private static List<Map<String, Object>> anno(List<Map<String, Object>> objects) {
        Map<String, Object> anno = new LinkedHashMap<>();
        anno.put("imname", "x");
        anno.put("objects", objects);
        return List.of(anno);
    }

    private static Map<String, Object> person(Part... parts) {
        return object(15, parts);
    }

    private static Map<String, Object> object(int number, Part... parts) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("class", "thing");
        object.put("class_ind", number);
        object.put("mask", mask());
        object.put("parts", Arrays.stream(parts).map(Part::fields).toList());
        return object;
    }

    private record Part(String name, int... pixels) {
        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("part_name", name);
            fields.put("mask", mask(pixels));
            return fields;
        }
    }

    private static Part part(String name, int... pixels) {
        return new Part(name, pixels);
    }

    private static MatFixture.Bytes mask(int... pixels) {
        int[] mask = new int[HEIGHT * WIDTH];
        for (int pixel : pixels) {
            mask[pixel] = 1;
        }
        return new MatFixture.Bytes(HEIGHT, WIDTH, mask);
    }

    private static int[] segments() {
        int[] map = new int[HEIGHT * WIDTH];
        fill(map, 2, 9, 3, 10, 284);
        fill(map, 5, 12, 7, 14, 65);
        fill(map, 0, 3, 12, WIDTH, 9);
        fill(map, 10, 13, 1, 4, 454);
        fill(map, 4, 5, 5, 6, 285);
        fill(map, 12, HEIGHT, 14, WIDTH, 130);
        return map;
    }

    private static void fill(int[] map, int top, int bottom, int left, int right, int id) {
        for (int y = top; y < bottom; y++) {
            Arrays.fill(map, y * WIDTH + left, y * WIDTH + right, id);
        }
    }

    private static List<Integer> values(Label label) {
        List<Integer> values = new ArrayList<>();
        for (byte id : ((Label.ClassMap) label).ids()) {
            values.add(id & 0xFF);
        }
        return values;
    }

    private List<Path> listing() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }
}
