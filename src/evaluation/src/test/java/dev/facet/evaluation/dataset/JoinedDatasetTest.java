package dev.facet.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.ReferenceTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several data sets as one, with label folders, classes and weights of their own. */
class JoinedDatasetTest {
    private static final List<String> KIND = List.of("segmentation");

    @TempDir
    private Path folder;

    private PlainFolder city;
    private PlainFolder farm;

    @BeforeEach
    void layOutTwo() {
        city = new PlainFolder(folder.resolve("city"))
                .text("splits/train.txt", "a\nb\n")
                .text("splits/more.txt", "c\n")
                .text("classes.txt", "sky\nroad\n");
        farm = new PlainFolder(folder.resolve("farm"))
                .text("splits/all.txt", "a\n")
                .text("classes.txt", "hay\ncow\nsheep\n")
                .text("plain/classes.txt", "sky\nroad\n");
        for (String id : List.of("a", "b", "c")) {
            city.image("images/" + id + ".png", 1, 2).grey("segmentation/" + id + ".png", 8, 1, 2, 0, 1);
        }
        farm.image("images/a.png", 1, 2).grey("plain/a.png", 8, 1, 2, 1, 1).grey("segmentation/a.png", 8, 1, 2, 2, 2);
    }

    private PlainDataset city(PlainOptions options) {
        return PlainDataset.open(city.root(), KIND, List.of("train", "more"), options);
    }

    private PlainDataset farm(PlainOptions options) {
        return PlainDataset.open(farm.root(), KIND, List.of("all"), options);
    }

    private static JoinedDataset.Source source(String name, PlainDataset dataset) {
        return new JoinedDataset.Source(name, dataset, OptionalDouble.empty());
    }

    private static PlainOptions weighted(Weighting images) {
        return new PlainOptions(Map.of(), List.of(), Optional.of(images), Optional.empty());
    }

    @Test
    void imagesAreNamedByTheirSource() {
        JoinedDataset joined = JoinedDataset.of(List.of(
                source("city", city(PlainOptions.NONE)),
                source("farm", farm(PlainOptions.labels("segmentation", "plain")))));

        assertThat(joined.ids()).containsExactly("city/a", "city/b", "city/c", "farm/a");
        assertThat(joined.name()).isEqualTo("city, farm");
        assertThat(joined.split()).isEqualTo("train+more, all");
        assertThat(joined.classes("segmentation")).containsExactly("sky", "road");
        assertThat(joined.sample("farm/a").id()).isEqualTo("farm/a");
        assertThat(((Label.ClassMap) joined.sample("farm/a").label("segmentation")).ids())
                .containsExactly(1, 1);
        assertThat(joined.labelFile("farm/a", "segmentation").toString()).endsWith("farm/plain/a.png");
        joined.ids().forEach(id -> assertThat(joined.weight(id)).isEqualTo(1));
    }

    @Test
    void weightsOfSourcesAreSharesOfTheViews() {
        JoinedDataset joined = JoinedDataset.of(List.of(
                new JoinedDataset.Source("city", city(PlainOptions.NONE), OptionalDouble.of(1)),
                new JoinedDataset.Source(
                        "farm", farm(PlainOptions.labels("segmentation", "plain")), OptionalDouble.of(3))));
        assertThat(joined.weight("city/b")).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(joined.weight("farm/a")).isEqualTo(3);
    }

    @Test
    void classesMustAgreeOrBeGiven() {
        assertThatThrownBy(() -> JoinedDataset.of(
                        List.of(source("city", city(PlainOptions.NONE)), source("farm", farm(PlainOptions.NONE)))))
                .isInstanceOf(DatasetException.class)
                .hasMessage(
                        "sources with other classes: class 0 of segmentation is 'hay' in 'farm', expected 'sky' as in"
                                + " 'city'");

        PlainOptions given = PlainOptions.classes(ReferenceTask.SEMSEG.classes(21));
        JoinedDataset joined = JoinedDataset.of(List.of(source("city", city(given)), source("farm", farm(given))));
        assertThat(joined.labelClasses("segmentation"))
                .hasSize(21)
                .startsWith(new LabelClass("background", "#000000"), new LabelClass("aeroplane", "#800000"));
    }

    @Test
    void anotherFolderOfLabelsHasNoClassesButItsOwn() {
        city.grey("voc/a.png", 8, 1, 2, 20, 255);
        city.grey("voc/b.png", 8, 1, 2, 0, 0);
        city.grey("voc/c.png", 8, 1, 2, 0, 0);
        PlainDataset dataset = city(PlainOptions.labels("segmentation", "voc"));
        assertThat(dataset.classes("segmentation")).isEmpty();
        assertThat(((Label.ClassMap) dataset.label("a", "segmentation")).ids()).containsExactly(20, 255);
        assertThatThrownBy(() -> PlainOptions.labels("segmentation", "../voc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a name in the data set's folder");
    }

    @Test
    void sourcesHaveNamesOfTheirOwnAndAllOrNoneAWeight() {
        PlainDataset one = city(PlainOptions.NONE);
        assertThatThrownBy(() -> JoinedDataset.of(List.of(source("city", one), source("city", one))))
                .hasMessageContaining("two sources of one name: value='city'");
        assertThatThrownBy(() -> JoinedDataset.of(
                        List.of(source("city", one), new JoinedDataset.Source("farm", one, OptionalDouble.of(2)))))
                .hasMessageContaining("'farm' has one, expected one in all sources or in none");
        city.text("splits/more.txt", "b\n");
        assertThatThrownBy(() -> city(PlainOptions.NONE))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("image in two splits: id='b'");
    }

    @Test
    void aTableWeighsImagesAndLeavesSomeOut() {
        city.text("depths.tsv", "id\tlo\thi\na\t0.25\t0.75\nb\t0.5\t0.75\nc\t0.25\t1.25\n");
        Weighting range = new Weighting("depths.tsv", Optional.of("hi - lo"), 0.3, OptionalDouble.empty());

        PlainDataset dataset = city(weighted(range));

        assertThat(dataset.ids()).containsExactly("a", "c");
        assertThat(dataset.weight("a")).isEqualTo(0.5);
        assertThat(dataset.weight("c")).isEqualTo(1);
        assertThat(dataset.remarks()).containsExactly("images of weight 0 are left out: 1 of 3");
        JoinedDataset joined = JoinedDataset.of(
                List.of(source("city", dataset), source("farm", farm(PlainOptions.labels("segmentation", "plain")))));
        assertThat(joined.weight("city/a") + joined.weight("city/c")).isCloseTo(2, within(1e-12));
        assertThat(joined.remarks()).containsExactly("city: images of weight 0 are left out: 1 of 3");

        Weighting half = new Weighting("depths.tsv", Optional.of("hi"), 0, OptionalDouble.of(1.5));
        assertThat(city(weighted(half)).weight("b")).isEqualTo(0.5);
    }

    @Test
    void aBrokenTableIsNamed() {
        Weighting range = new Weighting("depths.tsv", Optional.of("hi - lo"), 0, OptionalDouble.empty());
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("no such list: file=");
        city.text("depths.tsv", "id\tlo\na\t0.5\n");
        assertThatThrownBy(() -> city(weighted(range)))
                .hasMessageContaining("no such column: value='hi', expected=[id, lo]");
        city.text("depths.tsv", "id\tlo\thi\na\t0.5\tnone\n");
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("not a number: value='none'");
        city.text("depths.tsv", "id\tlo\thi\na\t0.5\tNaN\n");
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("line=2");
        city.text("depths.tsv", "id\tlo\thi\na\t0.5\n");
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("columns: count=2, expected 3");
        city.text("depths.tsv", "id\tlo\thi\na\t0.5\t0.75\n");
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("no weight of an image: id='b'");
        city.text("depths.tsv", "id\tlo\thi\na\t1\t0\nb\t1\t0\nc\t1\t0\n");
        assertThatThrownBy(() -> city(weighted(range))).hasMessageContaining("every image has the weight 0");
    }

    @Test
    void idsStandForOtherClasses() {
        farm.image("images/a.png", 1, 4).grey("segmentation/a.png", 8, 1, 4, 0, 1, 2, 255);
        assertThat(farmIds(Map.of(1, 255), OptionalInt.of(0))).containsExactly(0, -1, 0, -1);
        assertThat(farmIds(Map.of(255, 1), OptionalInt.empty())).containsExactly(0, 1, 2, 1);
        assertThatThrownBy(() -> farmIds(Map.of(0, 3), OptionalInt.empty()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label beyond the classes: id=3, expected 0..2 or 255");
        assertThatThrownBy(() -> farmIds(Map.of(256, 0), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] farmIds(Map<Integer, Integer> values, OptionalInt other) {
        PlainOptions options = new PlainOptions(
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                DepthQuantity.DISTANCE,
                new LabelValues(values, other));
        return ((Label.ClassMap) farm(options).label("a", "segmentation")).ids();
    }

    @Test
    void picturesWeighPixels() {
        Weighting near = new Weighting("near", Optional.empty(), 0, OptionalDouble.of(0.4));
        PlainOptions options =
                new PlainOptions(Map.of("segmentation", "plain"), List.of(), Optional.empty(), Optional.of(near));
        assertThatThrownBy(() -> farm(options))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("near/a.png");

        farm.grey("near/a.png", 8, 1, 2, 51, 204);
        assertThat(farm(options).sample("a").weights().orElseThrow()).containsExactly(128, 255);
        assertThat(farm(PlainOptions.labels("segmentation", "plain"))
                        .sample("a")
                        .weights())
                .isEmpty();

        farm.image("images/a.png", 2, 4).grey("plain/a.png", 8, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(farm(options).sample("a").weights().orElseThrow()).hasSize(8);
        farm.grey("near/a.png", 8, 2, 1, 51, 204);
        assertThatThrownBy(() -> farm(options).sample("a")).hasMessageContaining("near/a.png");
    }
}
