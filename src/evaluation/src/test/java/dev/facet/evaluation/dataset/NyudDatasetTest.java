package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.LabelClass;
import dev.facet.core.tensor.Shape;
import dev.facet.evaluation.boundary.SegmentBoundaries;
import dev.facet.evaluation.mat.MatFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NyudDatasetTest {
    private static final List<String> ALL = List.of("segmentation", "depth", "normals", "edges");

    @TempDir
    private Path folder;

    private PlainFolder files;

    @BeforeEach
    void layOut() {
        files = new PlainFolder(folder.resolve("NYUD_MT"))
                .text("gt_sets/val.txt", "1\n")
                .image("images/1.jpg", 2, 3)
                .bytes(
                        "segmentation/1.mat",
                        MatFixture.file("segmentation", new MatFixture.Bytes(2, 3, 0, 1, 40, 5, 0, 255)))
                .bytes(
                        "depth/1.mat",
                        MatFixture.file("depth", new MatFixture.Singles(2, 3, 0, 1.5, 2.25, 9.99, 3, 0.5)))
                .image("normals/1.jpg", 2, 3)
                .grey("edge/1.png", 8, 2, 3, 0, 127, 128, 255, 0, 0);
    }

    @Test
    void readsTheLayoutOfTheArchive() {
        LabelledDataset dataset = open(DatasetOptions.REFERENCE, ALL);

        assertThat(dataset.name()).isEqualTo("NYUD");
        assertThat(dataset.boundaryTolerance()).isEqualTo(0.011);
        Sample sample = dataset.sample("1");
        assertThat(((Label.ClassMap) sample.label("segmentation")).ids()).containsExactly(0, 1, 40, 5, 0, 255);
        assertThat(((Label.DepthMap) sample.label("depth")).metres()).containsExactly(0, 1.5f, 2.25f, 9.99f, 3, 0.5f);
        // A black picture: no pixel is (0, 0, 0), all count.
        assertThat(((Label.NormalMap) sample.label("normals")).vectors()).containsOnly(-1);
        Label.EdgeMap edges = (Label.EdgeMap) sample.label("edges");
        assertThat(edges.mean()).containsExactly(0, 0, 255, 255, 0, 0);
        assertThat(edges.annotators())
                .singleElement()
                .isEqualTo(SegmentBoundaries.of(new char[] {0, 127, 128, 255, 0, 0}, 2, 3));
        assertThat(dataset.classes("segmentation")).hasSize(41).startsWith("unlabelled", "wall");
        assertThat(dataset.labelClasses("segmentation").get(1)).isEqualTo(new LabelClass("wall", "#800000"));
        assertThat(dataset.keepsHoles()).isFalse();
    }

    @Test
    void readsTheLayoutWithArrays() throws Exception {
        for (String file : List.of("segmentation/1.mat", "depth/1.mat", "normals/1.jpg", "edge/1.png")) {
            Files.delete(files.root().resolve(file));
        }
        files.grey("segmentation/1.png", 8, 2, 3, 0, 1, 40, 5, 0, 255);
        npy("depth/1.npy", new Shape(2, 3), 0, 1.5f, 2.25f, 9.99f, 3, 0.5f);
        npy("edge/1.npy", new Shape(2, 3, 1), 0, 0.4f, 0.6f, 1, 0, 0);
        float[] normals = new float[18];
        normals[3] = 0.6f;
        normals[5] = -0.8f;
        npy("normals/1.npy", new Shape(2, 3, 3), normals);

        Sample sample = open(new DatasetOptions(true, false), ALL).sample("1");

        assertThat(((Label.ClassMap) sample.label("segmentation")).ids()).containsExactly(0, 1, 40, 5, 0, 255);
        assertThat(((Label.DepthMap) sample.label("depth")).metres()).containsExactly(0, 1.5f, 2.25f, 9.99f, 3, 0.5f);
        assertThat(((Label.EdgeMap) sample.label("edges")).mean()).containsExactly(0, 0, 255, 255, 0, 0);
        assertThat(((Label.EdgeMap) sample.label("edges")).annotators()).isEmpty();
        assertThat(((Label.NormalMap) sample.label("normals")).vectors()[3]).isCloseTo(0.6f, within(1e-6f));
    }

    @Test
    void readsMatFilesBeforeArrays() {
        npy("depth/1.npy", new Shape(2, 3), 7, 7, 7, 7, 7, 7);
        Label label = open(DatasetOptions.REFERENCE, List.of("depth")).label("1", "depth");
        assertThat(((Label.DepthMap) label).metres()[1]).isEqualTo(1.5f);
    }

    @Test
    void leavesOutTheUnlabelledClassWhenAsked() {
        LabelledDataset dataset = open(new DatasetOptions(false, true), List.of("segmentation"));
        assertThat(dataset.classes("segmentation")).hasSize(40).startsWith("wall");
        assertThat(((Label.ClassMap) dataset.label("1", "segmentation")).ids())
                .containsExactly(255, 0, 39, 4, 255, 255);
    }

    @Test
    void namesWhatIsWrong() throws Exception {
        LabelledDataset dataset = open(DatasetOptions.REFERENCE, ALL);
        files.bytes(
                "segmentation/1.mat", MatFixture.file("segmentation", new MatFixture.Bytes(2, 3, 0, 1, 41, 5, 0, 0)));
        assertThatThrownBy(() -> dataset.label("1", "segmentation"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("id=41, expected 0..40 or 255")
                .hasMessageContaining("x=2, y=0")
                .hasMessageContaining("segmentation/1.mat");
        files.bytes("depth/1.mat", MatFixture.file("depth", new MatFixture.Singles(2, 3, 1, Float.NaN, 1, 1, 1, 1)));
        assertThatThrownBy(() -> dataset.label("1", "depth"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("value=NaN")
                .hasMessageContaining("depth/1.mat");
        files.bytes("depth/1.mat", MatFixture.file("depths", new MatFixture.Singles(1, 1, 1)));
        assertThatThrownBy(() -> dataset.label("1", "depth")).hasMessageContaining("no such variable: name='depth'");
        Files.delete(files.root().resolve("normals/1.jpg"));
        float[] normals = new float[18];
        normals[4] = Float.NaN;
        npy("normals/1.npy", new Shape(2, 3, 3), normals);
        assertThatThrownBy(() -> dataset.label("1", "normals"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("component=NaN")
                .hasMessageContaining("normals/1.npy, x=1, y=0");
        Files.delete(files.root().resolve("edge/1.png"));
        assertThatThrownBy(() -> open(DatasetOptions.REFERENCE, ALL))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("edge/1.png");
        assertThatThrownBy(() -> open(DatasetOptions.REFERENCE, List.of("saliency")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value='saliency', expected=[segmentation, depth, normals, edges]");
    }

    @Test
    void anyOtherNameIsThePlainLayout() {
        PlainFolder plain = new PlainFolder(folder.resolve("toys"))
                .text("splits/val.txt", "a\n")
                .image("images/a.jpg", 2, 3)
                .grey("depth/a.png", 16, 2, 3, 0, 0, 0, 0, 0, 0)
                .grey("saliency/a.png", 8, 2, 3, 0, 0, 0, 0, 0, 255);
        LabelledDataset dataset = LabelledDataset.open(
                plain.root(), "BSDS500", List.of("depth", "saliency"), "val", DatasetOptions.REFERENCE);
        assertThat(dataset).isInstanceOf(PlainDataset.class);
        assertThat(dataset.sample("a").labels().keySet()).containsExactly("depth", "saliency");
    }

    private LabelledDataset open(DatasetOptions options, List<String> kinds) {
        return LabelledDataset.open(folder, "NYUD", kinds, "val", options);
    }

    private void npy(String file, Shape shape, float... values) {
        files.bytes(file, NpyWriter.floats(shape, values));
    }
}
