package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.Prediction;
import dev.facet.core.tensor.Shape;
import dev.facet.evaluation.mat.MatWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFolderTest {
    @TempDir
    private Path folder;

    private PlainFolder files;

    @BeforeEach
    void layOut() {
        files = new PlainFolder(folder);
    }

    @Test
    void readsTheMapsOfAnImagesAnnotators() {
        files.grey("a_0.png", 8, 1, 2, 0, 255).grey("a_1.png", 8, 1, 2, 255, 255);

        Label.EdgeMap label = edges(List.of("a"), "a");

        assertThat(label.annotators()).containsExactly(new byte[] {0, 1}, new byte[] {1, 1});
        assertThat(label.mean()).containsExactly(128, 255);
    }

    @Test
    void aLabelWhoseOwnNameEndsInANumberIsNoAnnotatorsMap() {
        files.grey("img_001.png", 8, 1, 2, 0, 255)
                .grey("img_002.png", 8, 1, 2, 255, 0)
                .grey("img_007.png", 8, 1, 2, 255, 255);

        for (List<String> ids : List.of(List.of("img_001", "img_002"), List.of("img_001", "img_002", "img_007"))) {
            assertThat(edges(ids, "img_002").annotators()).isEmpty();
            assertThat(edges(ids, "img_002").mean()).containsExactly(255, 0);
        }
    }

    @Test
    void numberedImagesMayHaveAnnotatorsToo() {
        files.grey("img_0.png", 8, 1, 2, 0, 0)
                .grey("img_1_0.png", 8, 1, 2, 0, 255)
                .grey("img_1_1.png", 8, 1, 2, 255, 0);
        List<String> ids = List.of("img_0", "img_1");

        assertThat(edges(ids, "img_0").annotators()).isEmpty();
        assertThat(edges(ids, "img_1").annotators()).hasSize(2);
    }

    @Test
    void theBitsOfAPictureSayWhetherItIsInverseDepthOrADistance() {
        files.grey("a.png", 8, 1, 2, 0, 255)
                .grey("b.png", 16, 1, 2, 1000, 0)
                .bytes("c.npy", NpyWriter.floats(new Shape(1, 3), new float[] {-5, Float.NaN, Float.POSITIVE_INFINITY
                }));
        LabelFolder labels = LabelFolder.open(Depth.INVERSE, folder, List.of("a", "b", "c"), false);

        assertThat(((Label.InverseDepthMap) labels.label("a")).values()).containsExactly(0, 1);
        assertThat(((Label.DepthMap) labels.label("b")).metres()).containsExactly(1, 0);
        assertThat(((Label.InverseDepthMap) labels.label("c")).values()).containsExactly(-5, Float.NaN, Float.NaN);

        LabelFolder distances = LabelFolder.open(new Depth("metre", 0.001), folder, List.of("a", "b"), false);
        assertThat(distances.label("b")).isInstanceOf(Label.DepthMap.class);
        assertThatThrownBy(() -> distances.label("a")).hasMessageContaining("expected=16-bit grey, millimetres");
    }

    @Test
    void predictionsOfInverseDepthAreArraysAlone() throws IOException {
        files.bytes("a.npy", NpyWriter.floats(new Shape(1, 2), new float[] {3, -4}));
        Files.write(folder.resolve("b.mat"), MatWriter.singles("depth", 1, 2, new float[] {1, 2}));
        PredictionFolder predictions = PredictionFolder.open(Depth.INVERSE, folder);

        assertThat(predictions.ids()).containsExactly("a");
        Prediction.DepthMap map = (Prediction.DepthMap) predictions.prediction("a");
        assertThat(map.values()).containsExactly(3, -4);
        assertThat(map.task()).isEqualTo(Depth.INVERSE);
    }

    @Test
    void namesAnnotatorsMapsThatAreMissing() {
        files.grey("a_0.png", 8, 1, 2, 0, 255).grey("a_2.png", 8, 1, 2, 255, 255);
        assertThatThrownBy(() -> edges(List.of("a"), "a"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("id='a', numbers=[0, 2], expected 0..1");
    }

    private Label.EdgeMap edges(List<String> ids, String id) {
        return (Label.EdgeMap)
                LabelFolder.open(new Edges("boundary"), folder, ids, false).label(id);
    }
}
