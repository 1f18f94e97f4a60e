package dev.facet.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Raster;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.ReferenceTask;
import dev.facet.evaluation.dataset.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures whose image has one colour that occurs nowhere else, which shows where the panels lie. */
class PictureSheetTest {
    private static final int HEIGHT = 24;
    private static final int WIDTH = 160;
    private static final int PIXELS = HEIGHT * WIDTH;
    private static final int PITCH = WIDTH + Strip.MARGIN;
    private static final int IMAGE = 0xC103FD;

    /** Columns of the truth from here on are unknown. */
    private static final int KNOWN = 100;

    private static final Depth DEPTH = (Depth) ReferenceTask.DEPTH.kind(1);
    private static final Normals NORMALS = (Normals) ReferenceTask.NORMALS.kind(3);

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsAFont() {
        assumeThat(PictureSheet.lackOfText())
                .as("a font (Debian: fonts-dejavu-core)")
                .isEmpty();
    }

    @Test
    void namesPackAndImageAndThePanels() throws IOException {
        Prediction prediction = probabilities();
        PictureSheet.write(folder, "streets@2", "a", image(), prediction, saliency());
        PictureSheet.write(folder, "streets@2", "b", image(), prediction, saliency());
        PictureSheet.write(folder, "streets@3", "again/a", image(), prediction, saliency());

        Raster picture = read("a");
        int top = top(picture);
        int line = (top - 2 * Strip.MARGIN) / 2;
        assertThat(picture.width()).isEqualTo(Strip.MARGIN + 3 * PITCH);
        assertThat(hasInk(picture, Strip.MARGIN, Strip.MARGIN, line))
                .as("title")
                .isTrue();
        for (int panel = 0; panel < 3; panel++) {
            int left = Strip.MARGIN + panel * PITCH;
            assertThat(hasInk(picture, left, Strip.MARGIN + line, line))
                    .as("heading %d", panel)
                    .isTrue();
        }
        for (Raster other : List.of(read("b"), read("again/a"))) {
            List<Integer> different = different(picture, other);
            assertThat(different).as("the title tells them apart").isNotEmpty();
            assertThat(different).allMatch(y -> y < Strip.MARGIN + line);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void hasNoPlaceForAnImageThatIsntThere() {
        Raster picture = PictureSheet.of("semseg, image a", Optional.empty(), probabilities(), saliency());

        assertThat(picture.width()).isEqualTo(Strip.MARGIN + 2 * PITCH);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReferenceTask.class,
            names = {"SEMSEG", "HUMAN_PARTS"})
    void listsTheClassesThatOccurAndHatchesWhatIsIgnored(ReferenceTask task) {
        List<LabelClass> classes = ((ClassKind) task.kind(task == ReferenceTask.SEMSEG ? 21 : 7)).classes();
        byte[] predicted = new byte[PIXELS];
        byte[] ids = new byte[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            predicted[i] = (byte) (i % WIDTH < 20 ? 2 : 3);
            ids[i] = (byte) (i % WIDTH >= KNOWN ? Label.ClassMap.IGNORED : i % WIDTH < 50 ? 3 : 5);
        }

        Raster picture = sheet(
                new Prediction.LabelMap(HEIGHT, WIDTH, predicted, classes), new Label.ClassMap(HEIGHT, WIDTH, ids));

        assertPanel(picture, 1, 10, classes.get(2).rgb());
        assertPanel(picture, 1, 150, classes.get(3).rgb());
        assertPanel(picture, 2, 10, classes.get(3).rgb());
        assertPanel(picture, 2, 60, classes.get(5).rgb());
        assertHatchedFromKnownOn(picture);
        Set<Integer> legend = below(picture);
        for (int id = 1; id < classes.size(); id++) {
            int color = classes.get(id).rgb();
            boolean occurs = id == 2 || id == 3 || id == 5;
            // The edges of letters are grey too.
            if (color != 0x808080) {
                assertThat(legend.contains(color)).as("class %d", id).isEqualTo(occurs);
            }
        }
        assertThat(Look.of(
                                new Prediction.LabelMap(HEIGHT, WIDTH, predicted, classes),
                                new Label.ClassMap(HEIGHT, WIDTH, ids))
                        .legend())
                .extracting(LegendEntry::meaning)
                .containsExactly(
                        classes.get(2).name(),
                        classes.get(3).name(),
                        classes.get(5).name(),
                        "ignored: no class");
    }

    @Test
    void depthHasAScaleFromTheTruthAndHatchesWhatIsUnknown() {
        float[] predicted = new float[PIXELS];
        float[] metres = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            predicted[i] = i % WIDTH < 20 ? 2 : 100;
            metres[i] = i % WIDTH >= KNOWN ? 0 : i % WIDTH < 50 ? 1 : 4;
        }
        Prediction prediction = new Prediction.DepthMap(HEIGHT, WIDTH, predicted, DEPTH);
        Label label = new Label.DepthMap(HEIGHT, WIDTH, metres);

        Raster picture = sheet(prediction, label);

        // From 255, at hand, to 30 at 4 m and beyond.
        assertPanel(picture, 1, 10, 0x8F8F8F);
        assertPanel(picture, 1, 30, 0x1E1E1E);
        assertPanel(picture, 2, 10, 0xC7C7C7);
        assertPanel(picture, 2, 60, 0x1E1E1E);
        assertHatchedFromKnownOn(picture);
        assertRamp(picture, 0xFF, 0x1E);
        assertThat(Look.of(prediction, label).legend())
                .extracting(LegendEntry::meaning)
                .containsExactly("0 … 4.00 metre and beyond", "unknown: no distance in the truth");
    }

    @Test
    void inverseDepthIsAlignedToTheTruthAndHasNoUnit() {
        float[] predicted = new float[PIXELS];
        float[] truth = new float[PIXELS];
        float[] metres = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            predicted[i] = i % WIDTH < 50 ? 70 : 10;
            truth[i] = i % WIDTH >= KNOWN ? Float.NaN : i % WIDTH < 50 ? 1 : 0.25f;
            metres[i] = i % WIDTH >= KNOWN ? 0 : i % WIDTH < 50 ? 1 : 4;
        }
        Prediction prediction = new Prediction.DepthMap(HEIGHT, WIDTH, predicted, Depth.INVERSE);
        for (Label label :
                List.of(new Label.InverseDepthMap(HEIGHT, WIDTH, truth), new Label.DepthMap(HEIGHT, WIDTH, metres))) {
            Raster picture = sheet(prediction, label);

            // Near is light on both sides.
            assertPanel(picture, 1, 10, 0xFFFFFF);
            assertPanel(picture, 1, 60, 0x1E1E1E);
            assertPanel(picture, 2, 10, 0xFFFFFF);
            assertPanel(picture, 2, 60, 0x1E1E1E);
            assertHatchedFromKnownOn(picture);
            assertThat(Look.of(prediction, label).legend())
                    .extracting(LegendEntry::meaning)
                    .containsExactly("near … far, aligned to the truth; no unit", "unknown: no depth in the truth");
        }
    }

    @Test
    void depthWithoutAnyTruthHasTheScaleOfThePrediction() {
        float[] predicted = new float[PIXELS];
        Arrays.fill(predicted, 2);
        predicted[0] = Float.NaN;
        predicted[1] = Float.POSITIVE_INFINITY;
        Prediction prediction = new Prediction.DepthMap(HEIGHT, WIDTH, predicted, DEPTH);

        List<LegendEntry> legend = Look.of(prediction, new Label.DepthMap(HEIGHT, WIDTH, new float[PIXELS]))
                .legend();

        assertThat(legend.get(0).meaning()).startsWith("0 … 2.00 metre");
    }

    @Test
    void normalsHaveTheirAxesAndHatchWhatIsUnknown() {
        float[] predicted = new float[3 * PIXELS];
        float[] vectors = new float[3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            predicted[3 * i] = 1;
            vectors[3 * i + 2] = i % WIDTH >= KNOWN ? 0 : -1;
        }
        Prediction prediction = new Prediction.NormalMap(HEIGHT, WIDTH, predicted, NORMALS);
        Label label = new Label.NormalMap(HEIGHT, WIDTH, vectors);

        Raster picture = sheet(prediction, label);

        assertPanel(picture, 1, 10, 0xFF8080);
        assertPanel(picture, 2, 10, 0x808000);
        assertHatchedFromKnownOn(picture);
        assertThat(below(picture)).contains(0xFF8080, 0x008080, 0x80FF80, 0x800080, 0x8080FF, 0x808000);
        assertThat(Look.of(prediction, label).legend())
                .extracting(LegendEntry::meaning)
                .containsExactly(
                        "x from −1 to 1",
                        "y from −1 to 1",
                        "z from −1 to 1; axes: " + NORMALS.axes(),
                        "unknown: no direction in the truth");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReferenceTask.class,
            names = {"EDGE", "SAL"})
    void probabilitiesAreGreyFromZeroToOne(ReferenceTask task) {
        byte[] truth = new byte[PIXELS];
        Arrays.fill(truth, (byte) 0x55);
        Label label = task == ReferenceTask.SAL ? saliency() : new Label.EdgeMap(HEIGHT, WIDTH, truth, List.of());

        Raster picture = sheet(probabilities(), label);

        assertPanel(picture, 1, 10, 0x333333);
        assertPanel(picture, 2, 10, task == ReferenceTask.SAL ? 0xFFFFFF : 0x555555);
        assertRamp(picture, 0, 0xFF);
        assertThat(hasHatch(picture)).isFalse();
        assertThat(Look.of(probabilities(), label).legend())
                .singleElement()
                .extracting(LegendEntry::meaning)
                .asString()
                .contains(task == ReferenceTask.SAL ? "salient object" : "edge")
                .endsWith("0 … 1");
    }

    @Test
    void hatchesNothingWhereEverythingIsKnown() {
        List<LabelClass> classes = ((ClassKind) ReferenceTask.SEMSEG.kind(21)).classes();
        byte[] ids = new byte[PIXELS];

        Raster picture =
                sheet(new Prediction.LabelMap(HEIGHT, WIDTH, ids, classes), new Label.ClassMap(HEIGHT, WIDTH, ids));

        assertThat(hasHatch(picture)).isFalse();
    }

    @Test
    void longNamesAndManyClassesFitIntoTheSmallestPicture() {
        List<LabelClass> classes = new ArrayList<>();
        byte[] ids = new byte[64];
        for (int id = 0; id < ids.length; id++) {
            classes.add(new LabelClass("y".repeat(1 + id), "#%02x04fa".formatted(3 * id)));
            ids[id] = (byte) id;
        }
        Prediction prediction = new Prediction.LabelMap(8, 8, ids, classes);
        Label label = new Label.ClassMap(8, 8, ids);

        Raster few = PictureSheet.of("a", Optional.empty(), prediction, label);
        Raster many = PictureSheet.of("é".repeat(300), Optional.empty(), prediction, label);

        assertThat(many.width()).isEqualTo(Strip.MARGIN + 2 * (PictureSheet.LEAST_COLUMN + Strip.MARGIN));
        assertThat(many.height()).isGreaterThan(few.height() + 5 * Lettering.LEAST_SIZE);
        int top = 0;
        while (color(few, Strip.MARGIN, top) != classes.get(0).rgb()) {
            top++;
        }
        assertThat(colors(few, top + 8))
                .containsAll(classes.stream().map(LabelClass::rgb).toList());
        // The right margin stays white: no text runs out of the picture.
        for (int y = 0; y < many.height(); y++) {
            assertThat(color(many, many.width() - 1, y)).as("row %d", y).isEqualTo(0xFFFFFF);
        }
    }

    @Test
    void panelsAloneAreHatchedToo() {
        byte[] ids = new byte[PIXELS];
        Arrays.fill(ids, (byte) Label.ClassMap.IGNORED);
        List<LabelClass> classes = ((ClassKind) ReferenceTask.SEMSEG.kind(21)).classes();

        Raster panels = SideBySide.of(
                image(),
                new Prediction.LabelMap(HEIGHT, WIDTH, new byte[PIXELS], classes),
                new Label.ClassMap(HEIGHT, WIDTH, ids));

        assertThat(panels.height()).isEqualTo(HEIGHT);
        assertThat(panels.width()).isEqualTo(3 * WIDTH);
        assertThat(color(panels, 0, 0)).isEqualTo(IMAGE);
        assertThat(isHatched(panels, 2 * WIDTH, 0)).isTrue();
    }

    private static Optional<Raster> image() {
        byte[] rgb = new byte[3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            rgb[3 * i] = (byte) (IMAGE >> 16);
            rgb[3 * i + 1] = (byte) (IMAGE >> 8);
            rgb[3 * i + 2] = (byte) IMAGE;
        }
        return Optional.of(new Raster(HEIGHT, WIDTH, rgb));
    }

    private static Prediction probabilities() {
        float[] values = new float[PIXELS];
        Arrays.fill(values, 0.2f);
        return new Prediction.ProbabilityMap(HEIGHT, WIDTH, values);
    }

    private static Label saliency() {
        byte[] values = new byte[PIXELS];
        Arrays.fill(values, (byte) 255);
        return new Label.SaliencyMap(HEIGHT, WIDTH, values);
    }

    private static Raster sheet(Prediction prediction, Label label) {
        return PictureSheet.of("pack@1, image a", image(), prediction, label);
    }

    private Raster read(String id) throws IOException {
        return ImageDecoder.read(folder.resolve(id + ".png"), ImageLimits.DEFAULT);
    }

    private static void assertPanel(Raster picture, int panel, int x, int color) {
        int left = Strip.MARGIN + panel * PITCH;
        for (int y = 0; y < HEIGHT; y++) {
            assertThat(color(picture, left + x, top(picture) + y))
                    .as("panel %d, x=%d, y=%d", panel, x, y)
                    .isEqualTo(color);
        }
    }

    private static void assertHatchedFromKnownOn(Raster picture) {
        int left = Strip.MARGIN + 2 * PITCH;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x + Hatch.PERIOD <= WIDTH; x++) {
                boolean mixed = x > KNOWN - Hatch.PERIOD && x < KNOWN;
                if (!mixed) {
                    assertThat(isHatched(picture, left + x, top(picture) + y))
                            .as("x=%d, y=%d", x, y)
                            .isEqualTo(x >= KNOWN);
                }
            }
        }
        assertThat(hasHatch(picture)).as("the legend's").isTrue();
    }

    /** Whether as many pixels as a period has are half dark and half light. */
    private static boolean isHatched(Raster picture, int left, int y) {
        int dark = 0;
        int light = 0;
        for (int x = left; x < left + Hatch.PERIOD; x++) {
            dark += color(picture, x, y) == Hatch.DARK ? 1 : 0;
            light += color(picture, x, y) == Hatch.LIGHT ? 1 : 0;
        }
        return dark == Hatch.PERIOD / 2 && light == Hatch.PERIOD / 2;
    }

    /** Whether the legend has a hatched swatch. */
    private static boolean hasHatch(Raster picture) {
        for (int y = top(picture) + HEIGHT; y < picture.height(); y++) {
            for (int x = 0; x + Hatch.PERIOD <= picture.width(); x++) {
                if (isHatched(picture, x, y)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The legend's first swatch goes evenly from one grey to another. */
    private static void assertRamp(Raster picture, int from, int to) {
        int y = top(picture) + HEIGHT + Strip.MARGIN + 2;
        int x = Strip.MARGIN;
        int last = from;
        assertThat(color(picture, x, y)).isEqualTo(from * 0x010101);
        while (last != to) {
            x++;
            int color = color(picture, x, y);
            int step = ((color & 0xFF) - last) * Integer.signum(to - from);
            assertThat(color).as("x=%d", x).isEqualTo((color & 0xFF) * 0x010101);
            assertThat(step).as("x=%d", x).isBetween(0, 8);
            last = color & 0xFF;
        }
        assertThat(x).isGreaterThan(Strip.MARGIN + 50);
    }

    /** The first row of the panels. */
    private static int top(Raster picture) {
        int y = 0;
        while (color(picture, Strip.MARGIN, y) != IMAGE) {
            y++;
        }
        return y;
    }

    private static boolean hasInk(Raster picture, int left, int top, int height) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + 40; x++) {
                if ((color(picture, x, y) & 0xFF) < 0x60) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The colours under the panels. */
    private static Set<Integer> below(Raster picture) {
        return colors(picture, top(picture) + HEIGHT);
    }

    private static Set<Integer> colors(Raster picture, int fromRow) {
        Set<Integer> colors = new HashSet<>();
        for (int y = fromRow; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                colors.add(color(picture, x, y));
            }
        }
        return colors;
    }

    /** Rows in which two pictures of one size differ. */
    private static List<Integer> different(Raster one, Raster other) {
        assertThat(other.height()).isEqualTo(one.height());
        List<Integer> rows = new ArrayList<>();
        int bytes = 3 * one.width();
        for (int y = 0; y < one.height(); y++) {
            if (!Arrays.equals(one.rgb(), y * bytes, (y + 1) * bytes, other.rgb(), y * bytes, (y + 1) * bytes)) {
                rows.add(y);
            }
        }
        return rows;
    }

    private static int color(Raster picture, int x, int y) {
        int at = 3 * (y * picture.width() + x);
        return (picture.rgb()[at] & 0xFF) << 16 | (picture.rgb()[at + 1] & 0xFF) << 8 | picture.rgb()[at + 2] & 0xFF;
    }
}
