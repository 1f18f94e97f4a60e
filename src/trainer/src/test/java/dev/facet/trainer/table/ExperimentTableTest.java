package dev.facet.trainer.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentTableTest {
    @TempDir
    Path folder;

    static List<String> tables() throws IOException {
        return ConfigurationFiles.shipped().stream()
                .filter(name -> name.startsWith("tables/"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyCellOfEveryShippedTableIsAConfigurationOfItsBudget(String name) throws IOException {
        ExperimentTable table = ExperimentTable.read(name);
        for (Cell cell : table.cells()) {
            TrainingConfiguration c = table.configuration(cell, Optional.empty(), Map.of());
            ConfigurationChecks.check(c);
            assertThat(c.trainingStrategy().maxIter()
                            * c.trainDataloader().dataloaderArgs().batchSize())
                    .isEqualTo(name.equals("tables/rates") ? 1000 : 6000);
            assertThat(c.seed()).isEqualTo(cell.seed());
            assertThat(c.dataset().tasksWeighting()).hasSize(1);
        }
    }

    @Test
    void thePapersTableComparesFourMethodsFromTheFirstLayerOn() throws IOException {
        ExperimentTable table = ExperimentTable.read("tables/paper");
        assertThat(table.cells().subList(0, table.cells().size() / 3)).allMatch(cell -> cell.seed() == 1);
        TrainingConfiguration baseline =
                table.configuration(new Cell("single-task", "edges", 2), Optional.of("elsewhere"), Map.of());
        assertThat(baseline.model().effectiveModulation()).isEqualTo(Modulation.NONE);
        assertThat(baseline.model().modulatedFrom()).isEqualTo(Stage.CONV1);
        assertThat(baseline.dataset().root()).contains("elsewhere/bsds500");
        assertThat(baseline.dataset().tasksWeighting()).isEqualTo(Map.of("edges", 50.0));
        assertThat(table.configuration(new Cell("rc-ri-nff", "depth", 1), Optional.empty(), Map.of("seed", "9"))
                        .model()
                        .parameters()
                        .fusion())
                .isTrue();
    }

    @Test
    void cellsAreChosenByPatterns() {
        Cell cell = new Cell("rc", "edges", 2);
        assertThat(cell.matches(List.of())).isTrue();
        assertThat(cell.matches(List.of("rc"))).isTrue();
        assertThat(cell.matches(List.of("*/edges"))).isTrue();
        assertThat(cell.matches(List.of("rc/*/2"))).isTrue();
        assertThat(cell.matches(List.of("rc/*/1", "ra"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title: t|missing key: key='data'",
                "seed: [1]|table: ",
                "{title: t, data: d, seeds: [], split: test, tasks: {a: {folder: f}}, methods: {m: {}}}|without cells",
                "{title: t, data: d, seeds: [1], split: test, baseline: x, tasks: {a: {folder: f}}, methods: {m: {}}}|baseline",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a/b: {folder: f}}, methods: {m: {}}}|a/b",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: }}|key='methods.m'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: null}}|missing key: key='methods.m'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: null}, methods: {m: {}}}|missing key: key='tasks.a'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {edges: {folder: f}}, methods: {m: {byTask: {edge: {}}}}}|did you mean 'edges'"
            })
    void whatIsWrongInATableIsNamed(String yaml, String expected) throws IOException {
        Path file = folder.resolve("table.yaml");
        Files.writeString(file, yaml);
        assertThatThrownBy(() -> ExperimentTable.read(file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void reportsGiveMeansDeviationsAndTheGainOverTheBaselineSeedBySeed() throws IOException {
        Path file = folder.resolve("table.yaml");
        Files.writeString(file, """
                {title: t, data: d, seeds: [1, 2], split: test, baseline: single,
                 tasks: {s: {folder: f}, n: {folder: f}}, methods: {single: {}, rc: {}, none: {}}}
                """);
        ExperimentTable table = ExperimentTable.read(file.toString());
        List<CellResult> results = List.of(
                result("single", "s", 1, "segmentation", "mIoU", 0.5),
                result("single", "n", 1, "normals", "mean", 20),
                result("single", "s", 2, "segmentation", "mIoU", 0.4),
                result("rc", "s", 1, "segmentation", "mIoU", 0.55),
                result("rc", "n", 1, "normals", "mean", 21),
                result("rc", "s", 2, "segmentation", "mIoU", 0.38));
        TableReport report = new TableReport(table, results);
        // Seed 1: (+10 % − 5 %)/2 = 2.5 %; seed 2, the one task that both have: −5 %.
        List<Double> gains = report.gains("rc");
        assertThat(gains.get(0)).isCloseTo(2.5, within(1e-9));
        assertThat(gains.get(1)).isCloseTo(-5, within(1e-9));
        assertThat(report.markdown())
                .contains("| method |", "s mIoU ↑", "n mean ↓")
                .contains("0.4500 ± 0.0707 (2)", "-1.25 ± 5.30 (2)", "21.0000")
                .contains("6 of 12 cells");
    }

    @Test
    void resultsAreReadAsTheyWereWritten() throws IOException {
        CellResult result = result("rc", "s", 1, "segmentation", "mIoU", 0.5);
        assertThat(CellResult.read(folder, result.cell())).isEmpty();
        result.write(folder);
        assertThat(CellResult.read(folder, result.cell())).contains(result);
        Files.writeString(folder.resolve("cells/rc.s.seed-1.json"), "{}");
        assertThatThrownBy(() -> CellResult.read(folder, result.cell()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rc.s.seed-1.json");
    }

    private static CellResult result(String method, String task, long seed, String kind, String metric, double value) {
        return new CellResult(
                method,
                task,
                seed,
                kind,
                "data",
                "test",
                3,
                Map.of(metric, value),
                Optional.of(value),
                10,
                10,
                1000,
                400,
                12.5,
                6.4,
                "c",
                "b",
                "p",
                Optional.empty());
    }
}
