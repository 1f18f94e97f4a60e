package dev.facet.trainer.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.SharedData;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.network.ParameterRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
                    .as("%s, %s", name, cell)
                    .isEqualTo(
                            switch (name) {
                                case "tables/rates" -> 1000;
                                case "tables/search", "tables/search-normals", "tables/method", "tables/joint" -> 4000;
                                default -> 6000;
                            });
            assertThat(c.seed()).isEqualTo(cell.seed());
            assertThat(c.dataset().tasksWeighting()).hasSize(cell.method().equals("joint") ? 2 : 1);
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

    /** What is searched for a method is what it is about, and what is reported differs from the search in nothing else. */
    @Test
    void theSearchHasTheRowsOfTheMethodsTableAndSeedsAndASplitOfItsOwn() throws IOException {
        ExperimentTable search = ExperimentTable.read("tables/search");
        ExperimentTable method = ExperimentTable.read("tables/method");
        assertThat(search.methods().keySet())
                .containsExactlyInAnyOrderElementsOf(method.methods().keySet());
        assertThat(search.tasks().keySet()).isEqualTo(method.tasks().keySet());
        assertThat(search.settings()).isEqualTo(method.settings());
        assertThat(method.compare()).contains(new ExperimentTable.Pair("rc", "rc-frozen"));
        assertThat(search.split()).isEqualTo("val");
        assertThat(method.split()).isEqualTo("test");
        assertThat(search.seeds()).doesNotContainAnyElementsOf(method.seeds());
        search.methods().forEach((name, own) -> {
            assertThat(own.settings())
                    .as(name)
                    .isEqualTo(method.methods().get(name).settings());
            assertThat(own.grid().orElseThrow().values()).as(name).hasSize(4);
        });
        TrainingConfiguration rc =
                search.configuration(new Cell("rc-0.04", "normals", 101), Optional.empty(), Map.of());
        assertThat(rc.optimizer().roles().modulators().factor()).isEqualTo(0.04);
        assertThat(rc.optimizer().roles().of(ParameterRole.GAINS).factor()).isEqualTo(0.04);
        TrainingConfiguration gains =
                search.configuration(new Cell("gains-1", "edges", 101), Optional.empty(), Map.of());
        assertThat(gains.optimizer().roles().of(ParameterRole.GAINS).factor()).isEqualTo(1);
        assertThat(gains.optimizer().roles().of(ParameterRole.MODULATORS).factor())
                .isZero();
    }

    /** Normals have a search of their own, with another optimizer. Factors of roles that a method lacks are left out. */
    @ParameterizedTest
    @CsvSource({"single-task, filters", "rc, modulators", "rc-frozen, modulators", "ra-parallel, adapters"})
    void whatIsReportedWasSearched(String reported, String role) throws IOException {
        ExperimentTable method = ExperimentTable.read("tables/method");
        Map<String, String> others = new HashMap<>(Map.of("seed", "1"));
        for (String other : List.of("filters", "modulators", "adapters")) {
            if (!other.equals(role)) {
                others.put("optimizer.roles.%s.lr_factor".formatted(other), "1");
            }
        }
        for (String task : method.tasks().keySet()) {
            ExperimentTable search =
                    ExperimentTable.read(task.equals("normals") ? "tables/search-normals" : "tables/search");
            assertThat(search.split()).isEqualTo("val");
            assertThat(search.seeds()).doesNotContainAnyElementsOf(method.seeds());
            List<TrainingConfiguration> searched = new ArrayList<>();
            for (Cell cell : search.cells()) {
                if (cell.task().equals(task)) {
                    searched.add(search.configuration(cell, Optional.empty(), others));
                }
            }
            assertThat(searched)
                    .as(task)
                    .contains(method.configuration(new Cell(reported, task, 1), Optional.empty(), others));
        }
    }

    @Test
    void theBestValueOfAGridIsChosenByTask() throws IOException {
        Path file = folder.resolve("table.yaml");
        Files.writeString(file, """
                {title: t, data: d, seeds: [5, 6], split: val, tasks: {s: {folder: f}, n: {folder: f}},
                 methods: {rc: {grid: {keys: [a.b, c], values: [1, 0.5, 0.25]}}, plain: {}}}
                """);
        ExperimentTable table = ExperimentTable.read(file.toString());
        assertThat(table.rows()).containsOnlyKeys("rc-1", "rc-0.5", "rc-0.25", "plain");
        assertThat(table.cells(List.of("rc"))).hasSize(3 * 2 * 2);
        assertThat(table.cells(List.of("rc-0.5/n"))).hasSize(2);
        assertThat(table.cells(List.of())).hasSize(4 * 2 * 2);
        String yaml = new Choices(Cells.finished(
                        table,
                        Cells.result("rc-1", "s", 5, "segmentation", "mIoU", 0.5),
                        Cells.result("rc-1", "s", 6, "segmentation", "mIoU", 0.6),
                        Cells.result("rc-0.5", "s", 5, "segmentation", "mIoU", 0.8),
                        Cells.result("rc-0.5", "s", 6, "segmentation", "mIoU", 0.1),
                        Cells.result("rc-0.25", "s", 5, "segmentation", "mIoU", 0.9),
                        Cells.result("rc-1", "n", 5, "normals", "mean", 30),
                        Cells.result("rc-1", "n", 6, "normals", "mean", 30),
                        Cells.result("rc-0.5", "n", 5, "normals", "mean", 25),
                        Cells.result("rc-0.5", "n", 6, "normals", "mean", 28),
                        Cells.result("rc-0.25", "n", 5, "normals", "mean", 31),
                        Cells.result("rc-0.25", "n", 6, "normals", "mean", 20)))
                .yaml();
        assertThat(yaml.lines())
                .containsExactly(
                        "# Chosen by the mean score on val over the seeds [5, 6].",
                        "methods:",
                        "  rc:",
                        "    byTask:",
                        "      # mIoU ↑, 1: 0.5500, 0.5: 0.4500, 0.25: not finished; not all are finished; the best is at the"
                                + " grid's edge",
                        "      s: {a.b: 1, c: 1}",
                        "      # mean ↓, 1: 30.0000, 0.5: 26.5000, 0.25: 25.5000; the best is at the grid's edge",
                        "      n: {a.b: 0.25, c: 0.25}");
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
                "{title: t, data: d, seeds: [1], split: test, compare: [{method: m, against: x}], tasks: {a: {folder: f}}, methods: {m: {}}}|key='compare', value='x'",
                "{title: t, data: d, seeds: [1], split: test, baseline: x, tasks: {a: {folder: f}}, methods: {m: {}}}|baseline",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a/b: {folder: f}}, methods: {m: {}}}|a/b",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: }}|key='methods.m'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: null}}|missing key: key='methods.m'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: null}, methods: {m: {}}}|missing key: key='tasks.a'",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: {grid: {keys: [k], values: [1, 1]}}}}|all different",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m-1: {}, m: {grid: {keys: [k], values: [1]}}}}|two rows of one name",
                "{title: t, data: d, seeds: [1], split: test, tasks: {a: {folder: f}}, methods: {m: {grid: {keys: [k]}}}}|missing key: key='values'",
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
    void resultsAreReadAsTheyWereWritten() throws IOException {
        CellResult result = Cells.result("rc", "s", 1, "segmentation", "mIoU", 0.5);
        assertThat(CellResult.read(folder, result.cell())).isEmpty();
        result.write(folder);
        assertThat(CellResult.read(folder, result.cell())).contains(result);
        Path file = folder.resolve("cells/rc.s.seed-1.json");
        assertThat(result.comesFromEarlierVersion()).isFalse();
        Files.writeString(file, Files.readString(file).replaceAll("(?s)\"roles\" : \\{.*?\\} *\\n *\\},", ""));
        assertThat(CellResult.read(folder, result.cell()).orElseThrow().comesFromEarlierVersion())
                .isTrue();
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> CellResult.read(folder, result.cell()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rc.s.seed-1.json");
    }

    @Test
    void everyFinishedCellOfTheProjectIsRead() throws IOException {
        Path results = SharedData.root().resolve("docs/results");
        int read = 0;
        for (String name : tables()) {
            ExperimentTable table = ExperimentTable.read(name);
            for (Cell cell : table.cells()) {
                Path own = results.resolve(name.substring("tables/".length()));
                Optional<CellResult> result = CellResult.read(own, cell);
                read += result.isPresent() ? 1 : 0;
                result.ifPresent(found -> assertThat(found.cell()).isEqualTo(cell));
            }
        }
        assertThat(read).isGreaterThan(40);
    }

    @Test
    void countsAreReadAsTheyWereWritten() throws IOException {
        Cell cell = new Cell("rc", "n", 1);
        ImageCounts counts = new ImageCounts(
                "normals", new TreeMap<>(Map.of("a", new double[] {12.5, 3}, "b", new double[] {7, 1})));
        assertThat(CountsFile.read(folder, cell)).isEmpty();
        CountsFile.write(folder, cell, counts);
        ImageCounts read = CountsFile.read(folder, cell).orElseThrow();
        assertThat(read.images().get("a")).containsExactly(12.5, 3);
        assertThat(read.score()).isEqualTo(counts.score());
        Path file = folder.resolve("cells/rc.n.seed-1.images.json.gz");
        for (byte[] damaged :
                new byte[][] {{}, {1, 2, 3}, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 9)}) {
            Files.write(file, damaged);
            assertThatThrownBy(() -> CountsFile.read(folder, cell))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.getFileName().toString());
        }
    }
}
