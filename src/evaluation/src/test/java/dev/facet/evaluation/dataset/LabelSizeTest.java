package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels that are smaller or larger than their photos. */
class LabelSizeTest {
    @TempDir
    private Path folder;

    private PlainFolder files;

    @BeforeEach
    void layOutOneImage() {
        files = new PlainFolder(folder.resolve("toys"))
                .text("splits/test.txt", "a\n")
                .text("classes.txt", "sky\nroad\n")
                .image("images/a.jpg", 4, 8);
    }

    private Label label(String kind) {
        return PlainDataset.open(files.root(), List.of(kind), "test")
                .sample("a")
                .label(kind);
    }

    @Test
    void classesTakeTheNearestSample() {
        files.grey("segmentation/a.png", 8, 2, 4, 0, 1, 1, 255, 1, 0, 0, 1);
        assertThat(((Label.ClassMap) label("segmentation")).ids())
                .containsExactly(
                        0, 0, 1, 1, 1, 1, 255, 255, 0, 0, 1, 1, 1, 1, 255, 255, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0,
                        0, 1, 1);
    }

    @Test
    void distancesAreMeansOfKnownOnes() {
        files.grey("depth/a.png", 16, 1, 2, 1000, 2000);
        float[] metres = ((Label.DepthMap) label("depth")).metres();
        assertThat(metres).hasSize(32);
        assertThat(metres[0]).isEqualTo(1);
        assertThat(metres[7]).isEqualTo(2);
        assertThat(metres[3]).isCloseTo(1.375f, within(1e-6f));

        files.grey("depth/a.png", 16, 1, 2, 1000, 0);
        float[] half = ((Label.DepthMap) label("depth")).metres();
        for (int i = 0; i < half.length; i++) {
            assertThat(half[i]).as("pixel %d", i).isEqualTo(i % 8 < 4 ? 1 : 0);
        }
    }

    @Test
    void inverseDepthsAreMeansOfKnownOnesAndZeroIsOneOfThem() {
        float[] values = new Label.InverseDepthMap(1, 2, new float[] {0, 1})
                .resized(1, 4)
                .values();
        assertThat(values).containsExactly(0, 0.25f, 0.75f, 1);
        float[] half = new Label.InverseDepthMap(1, 2, new float[] {0, Float.NaN})
                .resized(1, 4)
                .values();
        assertThat(half).containsExactly(0, 0, Float.NaN, Float.NaN);
    }

    @Test
    void largerLabelsAreAveragedOverWhatTheyCover() {
        files.image("images/a.jpg", 1, 2).grey("depth/a.png", 16, 2, 4, 1000, 3000, 0, 0, 1000, 3000, 0, 4000);
        assertThat(((Label.DepthMap) label("depth")).metres()).containsExactly(2, 0);
    }

    @Test
    void normalsAreAveragedAndMadeUnit() {
        files.image("images/a.jpg", 1, 4).rgb("normals/a.png", 1, 2, 255, 128, 128, 128, 128, 0);
        float[] vectors = ((Label.NormalMap) label("normals")).vectors();
        for (int pixel = 0; pixel < 4; pixel++) {
            float x = vectors[pixel * 3];
            float y = vectors[pixel * 3 + 1];
            float z = vectors[pixel * 3 + 2];
            assertThat(x * x + y * y + z * z).isCloseTo(1, within(1e-6f));
        }
        assertThat(vectors[0]).isCloseTo(1, within(1e-2f));
        assertThat(vectors[3]).isGreaterThan(-vectors[5]);
        assertThat(vectors[9 + 2]).isCloseTo(-1, within(1e-2f));

        files.rgb("normals/a.png", 1, 2, 255, 128, 128, 0, 0, 0);
        assertThat(((Label.NormalMap) label("normals")).vectors()).endsWith(0, 0, 0, 0, 0, 0);
    }

    @Test
    void saliencyIsInterpolatedBeforeItIsThresholded() {
        files.image("images/a.jpg", 1, 4).grey("saliency/a.png", 8, 1, 2, 0, 255);
        assertThat(((Label.SaliencyMap) label("saliency")).values()).containsExactly(0, 64, 191, 255);
    }

    @Test
    void sizesMayDifferByRoundingAlone() {
        assertThat(LabelResizer.sameShape(131, 168, 174, 223)).isTrue();
        assertThat(LabelResizer.sameShape(75, 100, 241, 320)).isTrue();
        assertThat(LabelResizer.sameShape(241, 320, 75, 100)).isTrue();
        assertThat(LabelResizer.sameShape(480, 640, 240, 320)).isTrue();
        assertThat(LabelResizer.sameShape(75, 100, 320, 320)).isFalse();
        assertThat(LabelResizer.sameShape(100, 75, 320, 241)).isTrue();
        assertThat(LabelResizer.sameShape(100, 75, 241, 320)).isFalse();
        assertThat(LabelResizer.sameShape(480, 640, 480, 620)).isFalse();

        files.grey("depth/a.png", 16, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThatThrownBy(() -> label("depth"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label=3×3, image=4×8, expected its shape")
                .hasMessageContaining("depth/a.png");
    }

    @Test
    void boundariesKeepTheirSize() {
        files.grey("edges/a.png", 8, 2, 4, 0, 255, 0, 0, 0, 255, 0, 0);
        assertThatThrownBy(() -> label("edges"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label=2×4, image=4×8, expected the image's: boundaries aren't resized")
                .hasMessageContaining("edges/a.png");
    }
}
