package dev.facet.trainer;

import dev.facet.core.file.FolderLock;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.task.ReferenceTask;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.engine.TorchDevice;
import dev.facet.trainer.network.Movement;
import dev.facet.trainer.table.Cell;
import dev.facet.trainer.table.CellResult;
import dev.facet.trainer.table.CountsFile;
import dev.facet.trainer.table.ExperimentTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs cells of a table. Cells of one method and seed that have the same configuration, as tasks with a common encoder do, are one
 * training.
 *
 * @param name name or file of the table, for the provenance of packs
 * @param out folder of the results
 * @param data takes the place of the table's data folder
 * @param settings dotted keys that win over the table's
 * @param device trains
 */
record CellRuns(
        ExperimentTable table,
        String name,
        Path out,
        Optional<String> data,
        Map<String, String> settings,
        TorchDevice device) {
    /** The configuration of a cell. */
    TrainingConfiguration configuration(Cell cell) throws IOException {
        return table.configuration(cell, data, settings);
    }

    /**
     * Opens what a cell needs.
     *
     * @throws IllegalArgumentException if its configuration doesn't train the kind that it is scored by
     */
    TrainingSession open(Cell cell, TrainingConfiguration configuration, PrintStream lines) throws IOException {
        kind(cell, configuration);
        return TrainingSession.open(
                configuration,
                "facet experiment --table %s --only %s".formatted(name, cell),
                folder(cell),
                new TrainingSession.Surroundings(device, lines));
    }

    /** The kind that a cell is scored by: its task's, else the only one that it trains. */
    private String kind(Cell cell, TrainingConfiguration configuration) {
        List<String> trained = Experiment.kinds(configuration);
        return kind(cell, trained)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a cell has one score: tasks.%s.kind=%s, expected one of %s, which it trains [cell=%s]"
                                .formatted(
                                        cell.task(),
                                        table.tasks().get(cell.task()).kind().orElse("missing"),
                                        trained,
                                        cell)));
    }

    private Optional<String> kind(Cell cell, List<String> trained) {
        return table.tasks()
                .get(cell.task())
                .kind()
                .map(kind -> ReferenceTask.of(kind).kindId())
                .or(() -> trained.size() == 1 ? Optional.of(trained.get(0)) : Optional.empty())
                .filter(trained::contains);
    }

    /** The cells of the training that a cell is of, itself among them, in the order of the tasks. */
    private List<Cell> together(Cell cell) throws IOException {
        String folder = table.tasks().get(cell.task()).folder();
        TrainingConfiguration own = configuration(cell);
        List<String> trained = Experiment.kinds(own);
        String digest = ConfigurationDigest.of(own);
        List<Cell> together = new ArrayList<>();
        for (Map.Entry<String, ExperimentTable.Task> task : table.tasks().entrySet()) {
            Cell other = new Cell(cell.method(), task.getKey(), cell.seed());
            boolean same = other.equals(cell)
                    || task.getValue().folder().equals(folder)
                            && kind(other, trained).isPresent()
                            && ConfigurationDigest.of(configuration(other)).equals(digest);
            if (same) {
                together.add(other);
            }
        }
        return together;
    }

    private Path folder(Cell cell) throws IOException {
        return out.resolve("runs").resolve(together(cell).get(0).fileName());
    }

    /** Whether the next cell may follow: this one is finished, or another process is running it; false if it was stopped. */
    boolean finish(Cell cell, TrainingConfiguration configuration, PrintStream lines) throws Exception {
        Optional<CellResult> known = CellResult.read(out, cell);
        if (known.isEmpty()) {
            // Before the lock, whose file is the first thing written: what is wrong leaves nothing behind.
            TrainingSession session = open(cell, configuration, lines);
            LabelledDataset scored = ExperimentData.open(configuration, table.split());
            session.checkImages();
            if (session.checksData()) {
                ExperimentData.check(scored);
            }
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
        String with = known.get().comesFromEarlierVersion()
                ? ", with an earlier version"
                : same ? "" : ", with another configuration than the table's now";
        lines.printf("%s: finished%s%n", cell, with);
        return true;
    }

    private boolean run(
            Cell cell,
            TrainingConfiguration configuration,
            TrainingSession session,
            LabelledDataset scored,
            PrintStream lines)
            throws Exception {
        List<Cell> together = together(cell);
        lines.printf(
                "%s%n", String.join(", ", together.stream().map(Cell::toString).toList()));
        TrainingSession.Result result = session.run(true);
        if (result.packs().isEmpty()) {
            return false;
        }
        for (Cell each : together) {
            String kind = kind(each, configuration);
            TrainingSession.Trained trained = result.packs().stream()
                    .filter(pack -> pack.task().name().equals(kind))
                    .findFirst()
                    .orElseThrow();
            ModulatorPack pack = PackReader.read(trained.file(), session.bank());
            PackScores.Scored found = PackScores.find(session.bank(), pack, scored)
                    .orElseThrow(() -> new DatasetException(
                            "nothing to score: data=%s, split=%s".formatted(scored.name(), scored.split())));
            CellResult finished = result(each, configuration, session, scored, result, trained, found.scores());
            // The result comes last: where it is there, the cell is finished.
            CountsFile.write(out, each, found.images());
            finished.write(out);
            Map.Entry<String, Double> first =
                    found.scores().entrySet().iterator().next();
            lines.printf("%s: %s %.4f on %d images%n", each, first.getKey(), first.getValue(), finished.images());
        }
        delete(folder(cell).resolve("checkpoints"));
        return true;
    }

    private static CellResult result(
            Cell cell,
            TrainingConfiguration configuration,
            TrainingSession session,
            LabelledDataset scored,
            TrainingSession.Result result,
            TrainingSession.Trained trained,
            Map<String, Double> scores)
            throws IOException {
        Map<String, Movement> roles = new LinkedHashMap<>();
        trained.result().movements().forEach((role, movement) -> roles.put(role.id(), movement));
        return new CellResult(
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
                roles,
                result.seconds(),
                result.imagesPerSecond(),
                ConfigurationDigest.of(configuration),
                session.bank().fingerprint(),
                trained.digest(),
                SourceCommit.find());
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
