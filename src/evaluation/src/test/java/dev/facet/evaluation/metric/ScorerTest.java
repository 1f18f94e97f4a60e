package dev.facet.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.report.Headline;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScorerTest {
    private static final List<LabelClass> CLASSES = List.of(
            new LabelClass("sky", "#000000"), new LabelClass("road", "#ff0000"), new LabelClass("car", "#00ff00"));

    @Test
    void meanIouCountsAClassThatNeverOccursAsZero() {
        Scorer scorer = Scorer.of(new Segmentation(CLASSES));
        scorer.add("b", labels(0, 0, 1, 1), new Label.ClassMap(1, 4, new byte[] {0, 1, 1, (byte) 255}));
        scorer.add("a", labels(1, 1, 1, 1), new Label.ClassMap(1, 4, new byte[] {1, 1, 0, 0}));

        // sky: 1 hit, 1 wrong, 2 missed. road: 3 hits, 2 wrong, 1 missed.
        assertThat(scorer.scores().get("IoU/sky")).isEqualTo(0.25);
        assertThat(scorer.scores().get("IoU/road")).isEqualTo(0.5);
        assertThat(scorer.scores().get("mIoU")).isEqualTo(0.25);
        assertThat(scorer.scores().get("pixelAccuracy")).isEqualTo(4 / 7.0);
        assertThat(scorer.scores().keySet()).containsExactly("mIoU", "pixelAccuracy", "IoU/sky", "IoU/road");
        assertThat(scorer.curves().get("iou")).containsExactly(0.25, 0.5, null);
        assertThat(scorer.remarks())
                .containsExactly(
                        "1 of 3 classes occur in no label and no prediction: they have no IoU, and count 0 in mIoU,"
                                + " as in the reference (0.3750 over the others)");
        // Once it is predicted it is wrong, and no longer absent.
        scorer.add("c", labels(2), new Label.ClassMap(1, 1, new byte[] {0}));
        assertThat(scorer.scores().get("IoU/car")).isZero();
        assertThat(scorer.remarks()).isEmpty();
    }

    @Test
    void labelsWithoutAnythingThatCountsAreNothingToScore() {
        Depth depth = new Depth("metre", 0.001);
        Normals normals = new Normals("right, up, towards the viewer");
        ScorerOptions parity = new ScorerOptions(true, BoundaryOptions.STANDARD);
        byte[] none = new byte[4];
        byte[] ignored = {-1, -1, -1, -1};
        Prediction.ProbabilityMap half = new Prediction.ProbabilityMap(2, 2, new float[] {0.5f, 0.5f, 0.5f, 0.5f});
        Prediction.DepthMap near = new Prediction.DepthMap(2, 2, new float[] {1, 1, 1, 1}, depth);
        Label unknown = new Label.DepthMap(2, 2, new float[4]);

        assertNothing(
                Scorer.of(new Segmentation(CLASSES)),
                square(),
                new Label.ClassMap(2, 2, ignored),
                "a pixel of a class");
        assertNothing(Scorer.of(new HumanParts(CLASSES)), square(), new Label.ClassMap(2, 2, none), "a person");
        assertNothing(Scorer.of(depth), near, unknown, "a distance");
        assertNothing(Scorer.of(depth, parity), near, unknown, "a distance");
        assertNothing(
                Scorer.of(normals),
                new Prediction.NormalMap(2, 2, new float[] {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1}, normals),
                new Label.NormalMap(2, 2, new float[12]),
                "a direction");
        assertNothing(Scorer.of(new Saliency()), half, new Label.SaliencyMap(2, 2, none), "an object");
        assertNothing(
                Scorer.of(new Edges("boundary")),
                half,
                new Label.EdgeMap(2, 2, none, List.of(none, none)),
                "a boundary");
        assertNothing(Scorer.of(new Edges("boundary")), half, new Label.EdgeMap(2, 2, none, List.of()), "a boundary");
    }

    /** The counts of images give the headline of all of them, and that of a selection. */
    @Test
    void countsByImageGiveTheScoreOfAnySelection() {
        Random random = new Random(4);
        Normals normals = new Normals("right, up, towards the viewer");
        Depth depth = new Depth("metre", 0.001);
        for (TaskKind kind :
                List.of(new Segmentation(CLASSES), new Edges("boundary"), new Saliency(), normals, depth)) {
            String metric = Headline.of(kind).metric();
            Scorer all = Scorer.of(kind);
            Scorer twice = Scorer.of(kind);
            for (String id : List.of("a", "b", "c")) {
                int side = 8;
                float[] values = new float[side * side * kind.outputs()];
                byte[] truth = new byte[side * side];
                float[] floats = new float[side * side * 3];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextFloat();
                }
                for (int i = 0; i < truth.length; i++) {
                    truth[i] = (byte) random.nextInt(2);
                }
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = random.nextFloat() + 0.1f;
                }
                byte[] full = new byte[truth.length];
                for (int i = 0; i < truth.length; i++) {
                    full[i] = (byte) -truth[i];
                }
                Prediction prediction = switch (kind.id()) {
                    case Segmentation.ID -> new Prediction.LabelMap(side, side, truth.clone(), CLASSES);
                    case Normals.ID -> new Prediction.NormalMap(side, side, values, normals);
                    case Depth.ID -> new Prediction.DepthMap(side, side, values, depth);
                    default -> new Prediction.ProbabilityMap(side, side, values);
                };
                truth[3] = (byte) (1 - truth[3]);
                Label label = switch (kind.id()) {
                    case Segmentation.ID -> new Label.ClassMap(side, side, truth);
                    case Normals.ID -> new Label.NormalMap(side, side, floats);
                    case Depth.ID -> new Label.DepthMap(side, side, Arrays.copyOf(floats, side * side));
                    case Edges.ID -> new Label.EdgeMap(side, side, full, List.of(truth, full));
                    default -> new Label.SaliencyMap(side, side, full);
                };
                all.add(id, prediction, label);
                if (!id.equals("b")) {
                    twice.add(id, prediction, label);
                    if (id.equals("c")) {
                        twice.add("c again", prediction, label);
                    }
                }
            }
            // Edges keep a third of the thresholds: the best of these may be a little lower.
            double tolerance = kind instanceof Edges ? 0.05 : 1e-12;
            ImageCounts counts = all.imageCounts(kind);
            assertThat(counts.ids()).containsExactly("a", "b", "c");
            assertThat(counts.score())
                    .as(kind.id())
                    .isCloseTo(all.scores().get(metric), within(tolerance))
                    .isPositive();
            assertThat(counts.score(new int[] {1, 0, 2}))
                    .as(kind.id())
                    .isCloseTo(twice.scores().get(metric), within(tolerance));
            assertThatThrownBy(() -> counts.score(new int[2])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void countsThatAreNotThoseOfAKindAreRefused() {
        for (String kind : List.of("segmentation", "edges", "normals", "depth")) {
            assertThatThrownBy(() -> new ImageCounts(kind, new TreeMap<>(Map.of("a", new double[5]))))
                    .as(kind)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new ImageCounts("saliency", new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new ImageCounts("saliency", new TreeMap<>(Map.of("a", new double[5], "b", new double[4]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image=b");
    }

    private static void assertNothing(Scorer scorer, Prediction prediction, Label label, String missing) {
        assertThat(scorer.isEmpty()).isTrue();
        scorer.add("a", prediction, label);
        scorer.add("b", prediction, label);
        assertThat(scorer.isEmpty()).as(missing).isTrue();
        assertThatThrownBy(scorer::scores)
                .isInstanceOf(DatasetException.class)
                .hasMessage("nothing to score: labels=2, none with " + missing);
        assertThatThrownBy(scorer::curves).isInstanceOf(DatasetException.class);
    }

    private static Prediction.LabelMap square() {
        return new Prediction.LabelMap(2, 2, new byte[] {0, 1, 0, 1}, CLASSES);
    }

    @Test
    void unknownDepthDoesntCountUnlessInParity() {
        Prediction.DepthMap predicted = new Prediction.DepthMap(1, 3, new float[] {1, 2, 5}, new Depth("metre", 0.001));
        Label.DepthMap truth = new Label.DepthMap(1, 3, new float[] {2, 2, 0});
        Scorer correct = Scorer.of(predicted.task());
        correct.add("a", predicted, truth);
        assertThat(correct.scores().get("rmse")).isCloseTo(Math.sqrt(0.5), within(1e-12));
        assertThat(correct.scores().get("rmse_pixels")).isCloseTo(Math.sqrt(0.5), within(1e-12));

        Scorer parity = Scorer.of(predicted.task(), new ScorerOptions(true, BoundaryOptions.STANDARD));
        parity.add("a", predicted, truth);
        assertThat(parity.scores().get("rmse")).isCloseTo(Math.sqrt(26 / 3.0), within(1e-6));
        assertThat(parity.scores()).doesNotContainKey("rmse_pixels");
    }

    @Test
    void saliencyOfAnEmptyImageIsRightWhenNothingIsPredicted() {
        Scorer scorer = Scorer.of(new Saliency());
        scorer.add(
                "a",
                new Prediction.ProbabilityMap(1, 2, new float[] {0.1f, 0.85f}),
                new Label.SaliencyMap(1, 2, new byte[] {0, 0}));
        scorer.add(
                "b",
                new Prediction.ProbabilityMap(1, 2, new float[] {0, 1}),
                new Label.SaliencyMap(1, 2, new byte[] {0, -1}));
        // Above 0.85 nothing is left of the first: 0.85 is written as 217, and 217/255 = 0.851.
        assertThat(scorer.curves().get("mIoUs").get(13)).isEqualTo(0.5);
        assertThat(scorer.curves().get("mIoUs").get(14)).isEqualTo(1);
        assertThat(scorer.scores().get("mIoU")).isEqualTo(1);
    }

    @Test
    void edgesWithoutAnnotatorsAreMatchedToTheThinnedMeanMap() {
        int size = 40;
        float[] strengths = new float[size * size];
        byte[] mean = new byte[size * size];
        for (int y = 0; y < size; y++) {
            strengths[y * size + 20] = 0.9f;
            mean[y * size + 20] = 30;
            mean[y * size + 21] = 60;
        }
        Scorer scorer = Scorer.of(new Edges("boundary"));
        scorer.add(
                "a",
                new Prediction.ProbabilityMap(size, size, strengths),
                new Label.EdgeMap(size, size, mean, List.of()));
        assertThat(scorer.scores().keySet()).startsWith("odsF", "oisF", "AP");
        assertThat(scorer.curves().get("recall")).hasSize(101);
    }

    @Test
    void refusesWhatDoesntBelongTogetherAndNamesTheImageOnce() {
        Scorer scorer = Scorer.of(new Segmentation(CLASSES));
        Label.ClassMap truth = new Label.ClassMap(1, 2, new byte[] {0, 1});
        assertThatThrownBy(() -> scorer.add("a", labels(0, 0, 0), truth))
                .isInstanceOf(DatasetException.class)
                .hasMessage("sizes differ: prediction=1×3, label=1×2 [image=a]");
        assertThatThrownBy(() -> scorer.add("a", labels(0, 7), truth))
                .isInstanceOf(DatasetException.class)
                .hasMessage("class id: label=1, prediction=7, expected=0..2, x=1, y=0 [image=a]");
        assertThatThrownBy(() -> scorer.add("a", new Prediction.ProbabilityMap(1, 2, new float[2]), truth))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("another kind: value=probability map, expected=label map [image=a]");
        scorer.add("a", labels(0, 1), truth);
        assertThatThrownBy(() -> scorer.add("a", labels(0, 1), truth))
                .isInstanceOf(DatasetException.class)
                .hasMessage("image added twice [image=a]");
    }

    @Test
    void hasNoScoresBeforeSomethingThatCountsWasAdded() {
        Scorer scorer = Scorer.of(new HumanParts(CLASSES));
        scorer.add("nobody", labels(0, 1), new Label.ClassMap(1, 2, new byte[] {-1, -1}));
        assertThat(scorer.isEmpty()).isTrue();
        assertThatThrownBy(scorer::scores)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("nothing to score");
        assertThatThrownBy(scorer::curves).isInstanceOf(DatasetException.class);

        scorer.add("somebody", labels(0, 1), new Label.ClassMap(1, 2, new byte[] {0, 1}));
        assertThat(scorer.isEmpty()).isFalse();
        assertThat(scorer.scores()).containsEntry("IoU/road", 1.0);
    }

    @Test
    void theMedianOfManyAnglesIsRightToAThousandth() {
        AngleMedian median = new AngleMedian();
        float[] block = new float[1_000_000];
        for (int i = 0; i < block.length; i++) {
            block[i] = i % 90_000 / 1000f;
        }
        median.add(block, 90_000);
        assertThat(median.value()).isCloseTo(44.9995, within(1e-5));
        for (int i = 0; i < 11; i++) {
            median.add(block, 990_000);
        }
        assertThat(median.value()).isCloseTo(44.9995, within(1e-3));
    }

    private static Prediction.LabelMap labels(int... ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) ids[i];
        }
        return new Prediction.LabelMap(1, ids.length, bytes, CLASSES);
    }
}
