package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSettingsTest {
    private static TrainingConfiguration read(String dataset) throws IOException {
        return ConfigurationReader.parse("dataset: " + dataset, Map.of());
    }

    @Test
    void shortAndFullFormsAreRead() throws IOException {
        TrainingConfiguration c = read("""
                {task: segmentation, classes: voc, sources: [
                  {root: /data/photos, labels: voc, train: all},
                  {root: /data/city, name: town, train: [train, more], val: val, labels: {semseg: coarse}}]}""");
        ConfigurationChecks.check(c);
        List<SourceSettings> sources = c.dataset().sources();
        assertThat(c.dataset().classes()).containsExactly("voc");
        assertThat(sources.get(0).effectiveName()).isEqualTo("photos");
        assertThat(sources.get(0).labels()).isEqualTo(Map.of("segmentation", "voc"));
        assertThat(sources.get(0).train()).containsExactly("all");
        assertThat(sources.get(0).val()).isEmpty();
        assertThat(sources.get(1).effectiveName()).isEqualTo("town");
        assertThat(sources.get(1).train()).containsExactly("train", "more");
        assertThat(sources.get(1).labels()).isEqualTo(Map.of("semseg", "coarse"));
        assertThat(ConfigurationReader.parse(ConfigurationReader.write(c), Map.of()))
                .isEqualTo(c);
    }

    @Test
    void weightsAreRead() throws IOException {
        TrainingConfiguration c = read("""
                {task: normals, sources: [{root: a, train: all, val: all, weight: 2,
                  image_weights: {from: inverse_depth.tsv, value: hi - lo, least: 0.3},
                  pixel_weights: {from: inverse_depth, full: 0.3}}]}""");
        ConfigurationChecks.check(c);
        SourceSettings source = c.dataset().sources().get(0);
        assertThat(source.weight()).contains(2.0);
        assertThat(source.imageWeights())
                .contains(new SourceSettings.Weights(
                        "inverse_depth.tsv", Optional.of("hi - lo"), Optional.of(0.3), Optional.empty()));
        assertThat(source.pixelWeights())
                .contains(new SourceSettings.Weights(
                        "inverse_depth", Optional.empty(), Optional.empty(), Optional.of(0.3)));
        assertThat(ConfigurationReader.parse(ConfigurationReader.write(c), Map.of()))
                .isEqualTo(c);
    }

    @Test
    void labelValuesAreRead() throws IOException {
        TrainingConfiguration c = read("""
                {task: human_parts, classes: [background, skin], sources: [
                  {root: a, train: all, val: all, labels: voc, label_values: {15: 255, 7: 1, other: 0}}]}""");
        ConfigurationChecks.check(c);
        assertThat(c.dataset().sources().get(0).labelValues()).isEqualTo(Map.of("15", 255, "7", 1, "other", 0));
        assertThat(ConfigurationReader.parse(ConfigurationReader.write(c), Map.of()))
                .isEqualTo(c);
    }

    @Test
    void aConfigurationWithoutSourcesSaysNothingOfThem() throws IOException {
        assertThat(ConfigurationReader.write(read("{task: depth, root: data}")))
                .doesNotContain("sources")
                .doesNotContain("classes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{task: depth, root: a, sources: [{root: b, train: t, val: v}]}|contradiction: dataset.root=a",
                "{task: depth, sources: [{root: b, train: t}]}|missing key: key='dataset.sources.0.val'",
                "{task: depth, sources: [{root: b, val: t}]}|missing key: key='dataset.sources.0.train'",
                "{task: depth, sources: [{root: b}]}|missing key: key='dataset.sources.0.train'",
                "{task: depth, sources: [{train: b}]}|key='dataset.sources.0.root'",
                "{task: depth, sources: [{root: a/b, train: t, val: v}, {root: c/b, train: t}]}|key='dataset.sources.1.name'",
                "{task: depth, sources: [{root: a, train: t, val: v, weight: 1}, {root: b, train: t}]}|key='dataset.sources.weight'",
                "{task: depth, sources: [{root: a, train: t, val: v, weight: 0}]}|key='dataset.sources.0.weight', value=0.0",
                "{task: depth, sources: [{root: a, train: t, val: v, labels: {edge: x}}]}|key='dataset.sources.0.labels'",
                "{task: depth, sources: [{root: a, train: t, val: v, lables: x}]}|did you mean 'labels'",
                "{task: depth, dataset_name: NYUD, sources: [{root: a, train: t, val: v}]}|key='dataset.dataset_name'",
                "{task: depth, sources: [{root: a, train: t, val: v, image_weights: {from: x}}]}|image_weights.value'",
                "{task: depth, sources: [{root: a, train: t, val: v, image_weights: {from: x, value: y, least: -1}}]}|least'",
                "{task: edges, sources: [{root: a, train: t, val: v, pixel_weights: {from: x}}]}|L1MaskedLossNormals",
                "{task: normals, sources: [{root: a, train: t, val: v, pixel_weights: {from: x, full: 0}}]}|full', value=0.0",
                "{task: normals, sources: [{root: a, train: t, val: v, pixel_weights: {from: x, value: y}}]}|no columns",
                "{tasks_weighting: {depth: 1, edges: 1}, sources: [{root: a, train: t, val: v, labels: x}]}|key needs one task",
                "{task: segmentation, sources: [{root: a, train: t, val: v, label_values: {256: 0}}]}|ids of 0 to 255, and other",
                "{task: segmentation, sources: [{root: a, train: t, val: v, label_values: {cow: 0}}]}|value='cow'",
                "{task: segmentation, sources: [{root: a, train: t, val: v, label_values: {3: 256}}]}|label_values.3', value=256",
                "{task: segmentation, sources: [{root: a, train: t, val: v, label_values: {3: }}]}|label_values.3'",
                "{task: depth, sources: [{root: a, train: t, val: v, label_values: {3: 0}}]}|only segmentation and human parts"
            })
    void whatContradictsIsNamed(String dataset, String expected) {
        assertThatThrownBy(() -> ConfigurationChecks.check(read(dataset)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
