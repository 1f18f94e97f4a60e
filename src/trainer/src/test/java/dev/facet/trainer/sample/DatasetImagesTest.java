package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.PngWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import dev.facet.evaluation.dataset.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetImagesTest {
    private static final int HEIGHT = 20;
    private static final int WIDTH = 30;
    private static final int COUNT = 7;
    private static final Segmentation CLASSES =
            new Segmentation(List.of(new LabelClass("a", "#000000"), new LabelClass("b", "#ffffff")));
    private static final Depth DEPTH = new Depth("metre", 0.001);
    private static final List<TaskKind> KINDS = List.of(CLASSES, new Saliency(), DEPTH);

    @TempDir
    private Path root;

    @BeforeEach
    void writeDataSet() throws IOException {
        Random random = new Random(4);
        StringBuilder ids = new StringBuilder();
        for (String folder : List.of("images", "segmentation", "saliency", "depth", "splits")) {
            Files.createDirectories(root.resolve(folder));
        }
        for (int i = 0; i < COUNT; i++) {
            byte[] rgb = new byte[HEIGHT * WIDTH * 3];
            random.nextBytes(rgb);
            byte[] classes = new byte[HEIGHT * WIDTH];
            byte[] salient = new byte[classes.length];
            short[] millimetres = new short[classes.length];
            for (int p = 0; p < classes.length; p++) {
                classes[p] = (byte) random.nextInt(2);
                salient[p] = (byte) (classes[p] * 255);
                millimetres[p] = (short) (classes[p] * 1000);
            }
            Files.write(root.resolve("images/" + i + ".png"), PngWriter.rgb8(HEIGHT, WIDTH, rgb, Map.of()));
            Files.write(root.resolve("segmentation/" + i + ".png"), PngWriter.grey8(HEIGHT, WIDTH, classes, Map.of()));
            Files.write(root.resolve("saliency/" + i + ".png"), PngWriter.grey8(HEIGHT, WIDTH, salient, Map.of()));
            Files.write(root.resolve("depth/" + i + ".png"), PngWriter.grey16(HEIGHT, WIDTH, millimetres, Map.of()));
            ids.append(i).append('\n');
        }
        Files.writeString(root.resolve("splits/train.txt"), ids);
    }

    @Test
    void keepsWhatFitsAndGivesTheSameBatchesWhateverFits() throws Exception {
        DatasetImages all = images(DatasetImages.DEFAULT_BUDGET_BYTES, Optional.empty());
        long size = all.image(0).sizeBytes();
        assertThat(size).isEqualTo(HEIGHT * WIDTH * (3 + 1 + 1 + 4));
        DatasetImages some = images(3 * size + 1, Optional.empty());
        DatasetImages none = images(0, Optional.empty());

        List<Batch> expected = batches(all, 1);
        for (DatasetImages images : List.of(some, none)) {
            List<Batch> actual = batches(images, 3);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).ids()).isEqualTo(expected.get(i).ids());
                assertThat(actual.get(i).images()).isEqualTo(expected.get(i).images());
                for (TaskKind kind : KINDS) {
                    assertThat(actual.get(i).labels(kind.id()))
                            .isEqualTo(expected.get(i).labels(kind.id()));
                }
            }
        }
        assertThat(all.keptImages()).isEqualTo(COUNT);
        assertThat(some.keptImages()).isEqualTo(3);
        assertThat(none.keptImages()).isZero();
    }

    @Test
    void inverseDepthIsHeldAboveZeroWhereItIsKnown() {
        Label.InverseDepthMap near = new Label.InverseDepthMap(1, 4, new float[] {-2, Float.NaN, 0, 3});
        assertThat(Labels.of(near, Depth.INVERSE, 1, false).toFloats()).containsExactly(1, 0, 3, 6);
        Label.DepthMap metres = new Label.DepthMap(1, 3, new float[] {4, 0, 0.5f});
        LabelPlane plane = Labels.of(metres, Depth.INVERSE, 1, false);
        assertThat(plane.toFloats()).containsExactly(0.25f, 0, 2);
        assertThat(((LabelPlane.Measures) plane).holes())
                .as("nothing is interpolated with what is unknown")
                .isTrue();
        assertThat(Labels.of(metres, DEPTH, 1, false).toFloats()).containsExactly(4, 0, 0.5f);
        assertThatThrownBy(() -> Labels.of(near, DEPTH, 1, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("another quantity: label=inverse-depth, expected=distance");
    }

    @Test
    void allLabelsOfAnImageShareOneView() throws Exception {
        for (Batch batch : batches(images(0, Optional.empty()), 2)) {
            float[] classes = batch.labels("segmentation");
            assertThat(batch.labels("saliency")).isEqualTo(classes);
            float[] depth = batch.labels("depth");
            int known = 0;
            for (int i = 0; i < classes.length; i++) {
                // Holes stay holes, so where there is a distance the scaled mask is near; padding is 255 and 0.
                known += depth[i] > 0 ? 1 : 0;
                assertThat(classes[i] == 255 && depth[i] != 0).isFalse();
            }
            assertThat(known).isPositive();
        }
    }

    @Test
    void scalesImagesAndLabelsAsTheServerDoes() {
        LabelledImage image =
                images(0, Optional.of(new InputPolicy(45, true, 16))).image(2);
        assertThat(image.image().height()).isEqualTo(30);
        assertThat(image.image().width()).isEqualTo(45);
        assertThat(image.plane("segmentation").toFloats()).hasSize(30 * 45).containsOnly(0, 1);
        assertThat(image.plane("depth").toFloats()).hasSize(30 * 45).containsOnly(0, 1);
    }

    @Test
    void weightsOfPixelsFollowTheirView() throws Exception {
        List<String> kinds = KINDS.stream().map(TaskKind::id).toList();
        // Saliency is 0 where the distance is unknown: as weights the same mask, moved as the labels are.
        Weighting mask = new Weighting("saliency", Optional.empty(), 0, OptionalDouble.empty());
        PlainDataset dataset = PlainDataset.open(
                root,
                kinds,
                List.of("train"),
                new PlainOptions(Map.of(), List.of(), Optional.empty(), Optional.of(mask)));
        DatasetImages weighted = new DatasetImages(
                dataset, KINDS, new DatasetImages.Preparation(Optional.of(new InputPolicy(45, true, 16)), 128, 0));
        assertThat(weighted.image(0).paddedWeights(30, 45).orElseThrow())
                .isEqualTo(weighted.image(0).plane("saliency").toFloats());
        for (Batch batch : batches(weighted, 2)) {
            float[] salient = batch.labels("saliency");
            float[] weights = batch.weights().orElseThrow();
            for (int i = 0; i < weights.length; i++) {
                assertThat(weights[i]).isEqualTo(salient[i] == 255 ? 1 : salient[i]);
            }
        }
        assertThat(batches(images(0, Optional.empty()), 1).get(0).weights()).isEmpty();
    }

    @Test
    void namesTheFileThatIsBroken() throws IOException {
        Files.write(root.resolve("depth/3.png"), new byte[] {1, 2, 3});
        DatasetImages images = images(0, Optional.empty());
        assertThatThrownBy(() -> batches(images, 2))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("depth/3.png");

        byte[] beyond = new byte[HEIGHT * WIDTH];
        Arrays.fill(beyond, (byte) 2);
        Files.write(root.resolve("segmentation/1.png"), PngWriter.grey8(HEIGHT, WIDTH, beyond, Map.of()));
        assertThatThrownBy(() -> images.image(1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("value=2, expected=0..1|255")
                .hasMessageContaining("segmentation/1.png");
    }

    private DatasetImages images(long budget, Optional<InputPolicy> policy) {
        LabelledDataset dataset = LabelledDataset.open(
                root, "plain", KINDS.stream().map(TaskKind::id).toList(), "train", DatasetOptions.REFERENCE);
        return new DatasetImages(dataset, KINDS, new DatasetImages.Preparation(policy, 128, budget));
    }

    private static List<Batch> batches(ImageSource images, int workers) throws InterruptedException {
        AugmentationSettings settings = new AugmentationSettings(List.of(0.5, 1.0, 1.5), false, 24, 24, 0.5, 0.2, 0, 0);
        List<Batch> batches = new ArrayList<>();
        try (BatchSource source = new BatchSource(
                images,
                KINDS.stream().map(TaskKind::id).toList(),
                Normalization.IMAGENET,
                settings,
                new BatchSource.Order(2, LastBatch.FULL, 5, 0, workers))) {
            for (int i = 0; i < 9; i++) {
                batches.add(source.next());
            }
        }
        return batches;
    }
}
