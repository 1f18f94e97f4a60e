package dev.facet.trainer;

import dev.facet.core.failure.Failures;
import dev.facet.core.file.AtomicFile;
import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.table.Cell;
import dev.facet.trainer.table.CellResult;
import dev.facet.trainer.table.Choices;
import dev.facet.trainer.table.CountsFile;
import dev.facet.trainer.table.ExperimentTable;
import dev.facet.trainer.table.Finished;
import dev.facet.trainer.table.ScorePlot;
import dev.facet.trainer.table.TableReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code experiment}: runs the cells of a table that aren't finished, and prints what is known. */
@Command(
        name = "experiment",
        description = "Runs a table of experiments (method × task × seed), or prints what its finished cells say.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Finished cells are skipped, an interrupted one goes on from its checkpoint: a table may grow over days, and",
            "several processes may work on it: each takes cells that no other is running.",
            "Each finished cell is one JSON file in DIR/cells, with what was counted on each image beside it; DIR/table.md is the",
            "table, DIR/table.svg the scores against the trained numbers.",
            "",
            "Examples:",
            "  facet experiment --table tables/paper --out results/paper",
            "  facet experiment --table tables/paper --out results/paper --only 'rc-ri-nff/*/1' --only single-task",
            "  facet experiment --table tables/paper --out results/paper --summary",
            "  facet experiment --table tables/search --out results/search --choose",
            "Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written)."
        })
final class ExperimentCommand implements Callable<Integer> {
    @Option(
            names = "--table",
            required = true,
            paramLabel = "FILE|NAME",
            description = "Table: a YAML file, or the name of one that ships (tables/paper).")
    private String tableName;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the results.")
    private Path out;

    @Option(
            names = "--only",
            paramLabel = "METHOD/TASK/SEED",
            description =
                    "Cells to run, * for any; what is left out at the end is any. A method with a grid is all its rows. May be"
                            + " repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "Takes the place of the table's data folder.")
    private String data;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key in every cell, for example model.bank=FILE. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--summary", description = "Prints what finished cells say, and runs nothing.")
    private boolean summary;

    @Option(
            names = "--choose",
            description =
                    "Prints, for each method with a grid and each task, the value with the best score on val, as settings for"
                            + " another table; runs nothing.")
    private boolean choose;

    @Mixin
    private DeviceOption device;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintStream lines = System.out;
        ExperimentTable table = ExperimentTable.read(tableName);
        CellRuns runs = new CellRuns(table, tableName, out, Optional.ofNullable(data), settings, device.device());
        List<Cell> chosen = table.cells(only);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no such cells: only=%s, methods=%s, tasks=%s, seeds=%s"
                    .formatted(only, table.rows().keySet(), table.tasks().keySet(), table.seeds()));
        }
        if (choose) {
            checkChoosing(runs);
            lines.print(new Choices(finished(table)).yaml());
            return 0;
        }
        Map<Cell, String> failed = new LinkedHashMap<>();
        if (!summary) {
            Map<Cell, TrainingConfiguration> configurations = checked(runs, chosen);
            for (Cell cell : chosen) {
                try {
                    if (!runs.finish(cell, configurations.get(cell), lines)) {
                        lines.printf("stopped in %s; run the command again to continue%n", cell);
                        return TrainCommand.STOPPED;
                    }
                } catch (RuntimeException | IOException e) {
                    if (!TrainerMain.isExplained(e)) {
                        throw e;
                    }
                    // A cell that diverges, or whose data are broken, doesn't keep the others from being run.
                    failed.put(cell, Failures.describe(e));
                    lines.printf("%s: failed, %s%n", cell, Failures.describe(e));
                }
            }
        }
        Finished finished = finished(table);
        String stale = stale(runs, finished.results());
        String report = new TableReport(finished).markdown() + (stale.isEmpty() ? "" : "\n" + stale);
        if (!summary) {
            AtomicFile.write(out.resolve("table.md"), report);
            Optional<String> plot = new ScorePlot(finished).svg();
            if (plot.isPresent()) {
                AtomicFile.write(out.resolve("table.svg"), plot.get());
            }
        }
        lines.print(report);
        PrintWriter errors = spec.commandLine().getErr();
        failed.forEach((cell, reason) -> errors.printf("facet: %s failed: %s%n", cell, reason));
        return failed.isEmpty() ? 0 : 1;
    }

    /** What is chosen by the images that results are reported on isn't measured by them any more. */
    private void checkChoosing(CellRuns runs) throws IOException {
        ExperimentTable table = runs.table();
        for (Cell cell : table.cells()) {
            String validation =
                    runs.configuration(cell).valDataloader().datasetArgs().imageSet();
            if (!table.split().equals(validation)) {
                throw new IllegalArgumentException(
                        "can't choose by this split: split='%s', expected '%s', the validation split of its cells"
                                .formatted(table.split(), validation));
            }
        }
        for (CellResult result : finished(table).results()) {
            if (!result.split().equals(table.split())) {
                throw new IllegalArgumentException("can't choose by this split: split='%s', expected '%s' [cell=%s]"
                        .formatted(result.split(), table.split(), result.cell()));
            }
        }
    }

    /** The configurations of cells. What can be known of them without decoding images is checked before the first is run. */
    private Map<Cell, TrainingConfiguration> checked(CellRuns runs, List<Cell> cells) throws IOException {
        Map<Cell, TrainingConfiguration> configurations = new LinkedHashMap<>();
        Set<List<String>> known = new HashSet<>();
        for (Cell cell : cells) {
            TrainingConfiguration configuration = runs.configuration(cell);
            ConfigurationChecks.check(configuration);
            configurations.put(cell, configuration);
            // Cells of other seeds name the same files.
            if (CellResult.read(out, cell).isEmpty() && known.add(List.of(cell.method(), cell.task()))) {
                runs.open(cell, configuration, System.out);
                ExperimentData.open(configuration, runs.table().split());
            }
        }
        return configurations;
    }

    /** Says which finished cells aren't what the table would run now; nothing where all are. */
    private String stale(CellRuns runs, List<CellResult> finished) throws IOException {
        List<String> stale = new ArrayList<>();
        int earlier = 0;
        for (CellResult result : finished) {
            if (result.comesFromEarlierVersion()) {
                earlier++;
            } else if (!result.configuration().equals(ConfigurationDigest.of(runs.configuration(result.cell())))) {
                stale.add(result.cell().toString());
            }
        }
        String lines = earlier == 0
                ? ""
                : "%d finished with an earlier version: whether its configuration was the table's now isn't known%n"
                        .formatted(earlier);
        return stale.isEmpty()
                ? lines
                : lines
                        + "%d finished with another configuration than the table's now: %s%n"
                                .formatted(stale.size(), String.join(", ", stale));
    }

    private Finished finished(ExperimentTable table) throws IOException {
        List<CellResult> results = new ArrayList<>();
        Map<Cell, ImageCounts> counts = new LinkedHashMap<>();
        for (Cell cell : table.cells()) {
            CellResult.read(out, cell).ifPresent(results::add);
            CountsFile.read(out, cell).ifPresent(found -> counts.put(cell, found));
        }
        return new Finished(table, results, counts);
    }
}
