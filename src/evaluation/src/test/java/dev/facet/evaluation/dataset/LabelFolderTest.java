package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.task.Edges;
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
