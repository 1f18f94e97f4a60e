package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.LabelClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainDatasetTest {
    @TempDir
    private Path folder;

    private PlainFolder files;

    @BeforeEach
    void layOutOneImage() {
        files = new PlainFolder(folder.resolve("toys"))
                .text("splits/test.txt", "a\r\n\r\n")
                .image("images/a.jpg", 2, 3);
    }

    @Test
    void readsClassIdsFromGreyAndFromAPalette() {
        files.text("classes.txt", "sky\nroad\ncar\n").grey("segmentation/a.png", 8, 2, 3, 0, 1, 2, 255, 2, 1);

        PlainDataset dataset = PlainDataset.open(files.root(), List.of("segmentation"), "test");

        assertThat(dataset.name()).isEqualTo("toys");
        assertThat(dataset.ids()).containsExactly("a");
        assertThat(dataset.classes("segmentation")).containsExactly("sky", "road", "car");
        Sample sample = dataset.sample("a");
        assertThat(sample.image().width()).isEqualTo(3);
        assertThat(((Label.ClassMap) sample.label("segmentation")).ids()).containsExactly(0, 1, 2, 255, 2, 1);

        files.palette("segmentation/a.png", 2, 3, 2, 2, 1, 0, 255, 1);
        assertThat(((Label.ClassMap) dataset.label("a", "segmentation")).ids()).containsExactly(2, 2, 1, 0, 255, 1);
    }

    @Test
    void showsClassesInColoursOfTheVocPalette() {
        files.text("segmentation/classes.txt", "sky\nbackground\nparked_car\n")
                .grey("segmentation/a.png", 8, 2, 3, 0, 1, 2, 0, 1, 2);

        PlainDataset dataset = PlainDataset.open(files.root(), List.of("segmentation"), "test");

        assertThat(dataset.classes("segmentation")).containsExactly("sky", "background", "parked car");
        assertThat(dataset.labelClasses("segmentation"))
                .containsExactly(
                        new LabelClass("sky", "#800000"),
                        new LabelClass("background", "#000000"),
                        new LabelClass("parked car", "#808000"));
        assertThat(dataset.keepsHoles()).isTrue();
    }

    @Test
    void readsMillimetresAsMetres() {
        files.grey("depth/a.png", 16, 2, 3, 0, 1, 1500, 40000, 65535, 7);

        Label.DepthMap depth = (Label.DepthMap)
                PlainDataset.open(files.root(), List.of("depth"), "test").label("a", "depth");

        assertThat(depth.metres()).containsExactly(0, 0.001f, 1.5f, 40, 65.535f, 0.007f);
    }

    @Test
    void readsInverseDepthWhereThatIsAskedForAndDistancesElsewhere() {
        files.grey("inverse_depth/a.png", 8, 2, 3, 0, 51, 102, 153, 204, 255);
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("depth/a.png")
                .hasMessageEndingWith("the data set has inverse depth, expected distances");
        PlainOptions inverse = PlainOptions.NONE.withDepth(DepthQuantity.INVERSE_DEPTH);
        Label label = PlainDataset.open(files.root(), List.of("depth"), List.of("test"), inverse)
                .label("a", "depth");
        assertThat(((Label.InverseDepthMap) label).values()).containsExactly(0, 0.2f, 0.4f, 0.6f, 0.8f, 1);

        files.grey("depth/a.png", 16, 2, 3, 0, 1, 1500, 40000, 65535, 7);
        assertThat(PlainDataset.open(files.root(), List.of("depth"), List.of("test"), inverse)
                        .labelFile("a", "depth"))
                .endsWith(Path.of("inverse_depth", "a.png"));
        assertThat(PlainDataset.open(files.root(), List.of("depth"), "test").label("a", "depth"))
                .isInstanceOf(Label.DepthMap.class);
        PlainOptions sensors = PlainOptions.labels("depth", "depth").withDepth(DepthQuantity.INVERSE_DEPTH);
        Label metres = PlainDataset.open(files.root(), List.of("depth"), List.of("test"), sensors)
                .label("a", "depth");
        assertThat(((Label.DepthMap) metres).metres()[2]).isEqualTo(1.5f);
        PlainOptions mixedUp = PlainOptions.labels("depth", "inverse_depth");
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), List.of("test"), mixedUp)
                        .label("a", "depth"))
                .hasMessageContaining("value=8-bit grey, expected=16-bit grey, millimetres");
    }

    @Test
    void sensorsDistancesDoForInverseDepth() {
        files.grey("depth/a.png", 16, 2, 3, 0, 1, 1500, 40000, 65535, 7);
        PlainOptions inverse = PlainOptions.NONE.withDepth(DepthQuantity.INVERSE_DEPTH);
        assertThat(PlainDataset.open(files.root(), List.of("depth"), List.of("test"), inverse)
                        .label("a", "depth"))
                .isInstanceOf(Label.DepthMap.class);
    }

    @Test
    void readsUnitNormalsAndKeepsUnknownOnesZero() {
        files.rgb("normals/a.png", 2, 3, 128, 128, 0, 0, 0, 0, 255, 128, 127, 0, 0, 1, 10, 200, 30, 128, 0, 128);

        Label.NormalMap normals = (Label.NormalMap)
                PlainDataset.open(files.root(), List.of("normals"), "test").label("a", "normals");

        assertThat(normals.vectors()[2]).isCloseTo(-1, within(1e-4f));
        assertThat(normals.vectors()[3]).isZero();
        assertThat(normals.vectors()[5]).isZero();
        for (int pixel = 2; pixel < 6; pixel++) {
            float x = normals.vectors()[pixel * 3];
            float y = normals.vectors()[pixel * 3 + 1];
            float z = normals.vectors()[pixel * 3 + 2];
            assertThat(x * x + y * y + z * z).isCloseTo(1, within(1e-6f));
        }
    }

    @Test
    void readsOneBitAndEightBitMasks() {
        files.grey("saliency/a.png", 1, 2, 3, 0, 1, 1, 0, 0, 1);
        PlainDataset dataset = PlainDataset.open(files.root(), List.of("saliency"), "test");
        assertThat(((Label.SaliencyMap) dataset.label("a", "saliency")).values())
                .containsExactly(0, 255, 255, 0, 0, 255);

        files.grey("saliency/a.png", 8, 2, 3, 0, 128, 127, 255, 3, 1);
        assertThat(((Label.SaliencyMap) dataset.label("a", "saliency")).values())
                .containsExactly(0, 128, 127, 255, 3, 1);
    }

    @Test
    void readsTheMapsOfAllAnnotators() {
        files.grey("edges/a.png", 8, 2, 3, 0, 128, 255, 0, 0, 0)
                .grey("edges_annotators/a_0.png", 1, 2, 3, 0, 1, 1, 0, 0, 0)
                .grey("edges_annotators/a_1.png", 1, 2, 3, 0, 0, 1, 0, 0, 0);

        PlainDataset dataset = PlainDataset.open(files.root(), List.of("edges"), "test");
        Label.EdgeMap edges = (Label.EdgeMap) dataset.label("a", "edges");

        assertThat(dataset.hasAnnotators()).isTrue();
        assertThat(edges.mean()).containsExactly(0, 128, 255, 0, 0, 0);
        assertThat(edges.annotators()).hasSize(2);
        assertThat(edges.annotators().get(0)).containsExactly(0, 1, 1, 0, 0, 0);
        assertThat(edges.annotators().get(1)).containsExactly(0, 0, 1, 0, 0, 0);
    }

    @Test
    void makesTheMeanMapWhereOnlyAnnotatorsAreThere() {
        files.grey("edges_annotators/a_0.png", 1, 2, 3, 0, 1, 1, 0, 0, 0)
                .grey("edges_annotators/a_1.png", 8, 2, 3, 0, 0, 255, 0, 0, 0);

        Label.EdgeMap edges = (Label.EdgeMap)
                PlainDataset.open(files.root(), List.of("edges"), "test").label("a", "edges");

        assertThat(edges.mean()).containsExactly(0, 128, 255, 0, 0, 0);
    }

    @Test
    void namesTheMissingAnnotator() {
        files.grey("edges/a.png", 8, 2, 3, 0, 128, 255, 0, 0, 0)
                .grey("edges_annotators/a_1.png", 1, 2, 3, 0, 0, 1, 0, 0, 0);

        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("edges"), "test"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("gaps: id='a'");
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("depth/a.png");
        files.grey("depth/a.png", 16, 2, 3, 0, 0, 0, 0, 0, 0).text("splits/test.txt", "a\nb\n");
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("b.");
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "val"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no such split: value='val', there are [test]");
        assertThatThrownBy(() -> PlainDataset.open(folder.resolve("none"), List.of("depth"), "test"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("none");
    }

    @Test
    void namesTheFileThatIsBroken() throws IOException {
        files.grey("depth/a.png", 16, 2, 3, 0, 0, 0, 0, 0, 0);
        byte[] bytes = Files.readAllBytes(files.root().resolve("depth/a.png"));
        PlainDataset dataset = PlainDataset.open(files.root(), List.of("depth"), "test");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(files.root().resolve("depth/a.png"), java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> dataset.label("a", "depth"))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("depth/a.png");
        }
    }

    @Test
    void refusesLabelsOfAnotherKindOrSize() {
        files.grey("depth/a.png", 8, 2, 3, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test")
                        .label("a", "depth"))
                .hasMessageContaining("8-bit grey")
                .hasMessageContaining("depth/a.png");

        files.grey("depth/a.png", 16, 3, 2, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test")
                        .sample("a"))
                .hasMessageContaining("label=3×2, image=2×3")
                .hasMessageContaining("depth/a.png");

        files.text("classes.txt", "sky\nroad\n").grey("segmentation/a.png", 8, 2, 3, 0, 1, 0, 0, 2, 1);
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("segmentation"), "test")
                        .label("a", "segmentation"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("id=2, expected 0..1 or 255")
                .hasMessageContaining("x=1, y=1");
    }

    @Test
    void refusesIdsThatLeaveTheFolder() {
        for (String id : new String[] {"../a", "/etc/passwd", "..", "x/../../a", "a\\b", "a\u0000b"}) {
            files.text("splits/test.txt", id + "\n");
            assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test"))
                    .as(id)
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("image id")
                    .hasMessageContaining("test.txt");
        }
        files.text("splits/test.txt", "a\na\n");
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "test"))
                .hasMessageContaining("image id twice: value='a'");
        assertThatThrownBy(() -> PlainDataset.open(files.root(), List.of("depth"), "../splits/test"))
                .isInstanceOf(DatasetException.class);
    }
}
