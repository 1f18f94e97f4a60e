package dev.facet.trainer;

import dev.facet.core.failure.Failures;
import dev.facet.core.file.AtomicFile;
import dev.facet.core.file.FolderLock;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.table.Cell;
import dev.facet.trainer.table.CellResult;
import dev.facet.trainer.table.ExperimentTable;
import dev.facet.trainer.table.TableReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
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
            "Each finished cell is one JSON file in DIR/cells; DIR/table.md is the table.",
            "",
            "Examples:",
            "  facet experiment --table tables/paper --out results/paper",
            "  facet experiment --table tables/paper --out results/paper --only 'rc-ri-nff/*/1' --only single-task",
            "  facet experiment --table tables/paper --out results/paper --summary",
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
            description = "Cells to run, * for any; what is left out at the end is any. May be repeated.")
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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintStream lines = System.out;
        ExperimentTable table = ExperimentTable.read(tableName);
        List<Cell> chosen =
                table.cells().stream().filter(cell -> cell.matches(only)).toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no such cells: only=%s, methods=%s, tasks=%s, seeds=%s"
                    .formatted(only, table.methods().keySet(), table.tasks().keySet(), table.seeds()));
        }
        Map<Cell, String> failed = new LinkedHashMap<>();
        if (!summary) {
            Map<Cell, TrainingConfiguration> configurations = checked(table, chosen);
            for (Cell cell : chosen) {
                try {
                    if (!finish(table, cell, configurations.get(cell), lines)) {
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
        List<CellResult> finished = finished(table);
        String report = new TableReport(table, finished).markdown() + stale(table, finished);
        if (!summary) {
            AtomicFile.write(out.resolve("table.md"), report);
        }
        lines.print(report);
        PrintWriter errors = spec.commandLine().getErr();
        failed.forEach((cell, reason) -> errors.printf("facet: %s failed: %s%n", cell, reason));
        return failed.isEmpty() ? 0 : 1;
    }

    /** The configurations of cells. What can be known of them without decoding images is checked before the first is run. */
    private Map<Cell, TrainingConfiguration> checked(ExperimentTable table, List<Cell> cells) throws IOException {
        Map<Cell, TrainingConfiguration> configurations = new LinkedHashMap<>();
        Set<List<String>> known = new HashSet<>();
        for (Cell cell : cells) {
            TrainingConfiguration configuration = configuration(table, cell);
            ConfigurationChecks.check(configuration);
            configurations.put(cell, configuration);
            // Cells of other seeds name the same files.
            if (CellResult.read(out, cell).isEmpty() && known.add(List.of(cell.method(), cell.task()))) {
                open(cell, configuration, System.out);
                ExperimentData.open(configuration, table.split());
            }
        }
        return configurations;
    }

    private TrainingConfiguration configuration(ExperimentTable table, Cell cell) throws IOException {
        return table.configuration(cell, Optional.ofNullable(data), settings);
    }

    private TrainingSession open(Cell cell, TrainingConfiguration configuration, PrintStream lines) throws IOException {
        TrainingSession session = TrainingSession.open(
                configuration, "facet experiment --table %s --only %s".formatted(tableName, cell), folder(cell), lines);
        if (session.settings().tasks().size() != 1) {
            throw new IllegalArgumentException("a cell has one task: cell=%s, dataset.tasks_weighting=%s"
                    .formatted(cell, configuration.dataset().tasksWeighting()));
        }
        return session;
    }

    private Path folder(Cell cell) {
        return out.resolve("runs").resolve(cell.fileName());
    }

    /** Says which finished cells aren't what the table would run now; nothing where all are. */
    private String stale(ExperimentTable table, List<CellResult> finished) throws IOException {
        List<String> stale = new ArrayList<>();
        for (CellResult result : finished) {
            if (!result.configuration().equals(ConfigurationDigest.of(configuration(table, result.cell())))) {
                stale.add(result.cell().toString());
            }
        }
        return stale.isEmpty()
                ? ""
                : "%d finished with another configuration than the table's now: %s%n"
                        .formatted(stale.size(), String.join(", ", stale));
    }

    private List<CellResult> finished(ExperimentTable table) throws IOException {
        List<CellResult> results = new ArrayList<>();
        for (Cell cell : table.cells()) {
            CellResult.read(out, cell).ifPresent(results::add);
        }
        return results;
    }

    /** Whether the command may go on to the next cell: this one is finished, or another process is running it; false if it was stopped. */
    private boolean finish(ExperimentTable table, Cell cell, TrainingConfiguration configuration, PrintStream lines)
            throws Exception {
        Optional<CellResult> known = CellResult.read(out, cell);
        if (known.isEmpty()) {
            // Before the lock, whose file is the first thing written: what is wrong leaves nothing behind.
            TrainingSession session = open(cell, configuration, lines);
            LabelledDataset scored = ExperimentData.open(configuration, table.split());
            session.checkImages();
            ExperimentData.check(scored);
            Optional<FolderLock> lock = FolderLock.take(folder(cell));
            if (lock.isEmpty()) {
                lines.printf("%s: another process is running it%n", cell);
                return true;
            }
            try (FolderLock ours = lock.get()) {
                // Another process may have finished it before the lock was ours.
                known = CellResult.read(out, cell);
                if (known.isEmpty()) {
                    return run(cell, configuration, session, scored, lines);
                }
            }
        }
        boolean same = known.get().configuration().equals(ConfigurationDigest.of(configuration));
        lines.printf("%s: finished%s%n", cell, same ? "" : ", with another configuration than the table's now");
        return true;
    }

    private boolean run(
            Cell cell,
            TrainingConfiguration configuration,
            TrainingSession session,
            LabelledDataset scored,
            PrintStream lines)
            throws Exception {
        lines.printf("%s%n", cell);
        TrainingSession.Result result = session.run(true);
        if (result.packs().isEmpty()) {
            return false;
        }
        TrainingSession.Trained trained = result.packs().get(0);
        ModulatorPack pack = PackReader.read(trained.file(), session.bank());
        Map<String, Double> scores = PackScores.of(session.bank(), pack, scored);
        if (scores.isEmpty()) {
            throw new DatasetException("nothing to score: data=%s, split=%s".formatted(scored.name(), scored.split()));
        }
        CellResult finished = new CellResult(
                cell.method(),
                cell.task(),
                cell.seed(),
                trained.task().name(),
                scored.name(),
                scored.split(),
                scored.ids().size(),
                scores,
                trained.result().validation(),
                trained.result().step(),
                session.settings().steps(),
                trained.result().trained(),
                trained.result().trainedEncoder(),
                result.seconds(),
                result.imagesPerSecond(),
                ConfigurationDigest.of(configuration),
                session.bank().fingerprint(),
                trained.digest(),
                SourceCommit.find());
        finished.write(out);
        delete(folder(cell).resolve("checkpoints"));
        Map.Entry<String, Double> first = scores.entrySet().iterator().next();
        lines.printf("%s: %s %.4f on %d images%n", cell, first.getKey(), first.getValue(), finished.images());
        return true;
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
