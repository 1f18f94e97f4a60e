package dev.facet.trainer;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.export.PackExport;
import dev.facet.trainer.loop.Checkpoints;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.TrainingRun;
import dev.facet.trainer.sample.DatasetPhotos;
import dev.facet.trainer.sample.LabelledPhoto;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train}: trains one pack as a configuration says. */
@Command(
        name = "train",
        description = "Trains one pack on a frozen bank.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  facet train --config edges-bsds500 --set dataset.root=data/bsds500 --out results/edges"
        })
final class TrainCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE|NAME",
            description = "Configuration: a YAML file, or the name of one that ships (pascal/semseg_RC_RI_NFF).")
    private String config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key, for example training_strategy.max_iter=2000. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the results; default results_dir/NAME.")
    private Path out;

    @Option(names = "--resume", description = "Goes on from the last checkpoint in the folder of the results.")
    private boolean resume;

    @Override
    public Integer call() throws Exception {
        ConfigurationFiles.Source source = ConfigurationFiles.find(config, Optional.empty());
        TrainingConfiguration configuration = ConfigurationReader.read(source, settings);
        Experiment experiment = Experiment.of(configuration);
        Path folder = out != null
                ? out
                : Path.of(
                        configuration.logger().resultsDir(),
                        configuration.pack().name().orElse(source.name()));
        Checkpoints checkpoints = new Checkpoints(folder.resolve("checkpoints"));
        if (checkpoints.exist() && !resume) {
            throw new IllegalArgumentException(
                    "results exist: folder=%s, expected an empty one (or --resume)".formatted(folder));
        }
        if (resume && !checkpoints.exist()) {
            throw new IllegalArgumentException("nothing to resume: folder=%s has no checkpoint".formatted(folder));
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.yaml"), ConfigurationReader.write(configuration));
        PrintStream log = System.out;
        FilterBank bank = BankReader.read(Path.of(configuration.model().bank()));
        RunSettings settings = experiment.settings();
        TaskKind kind = settings.kind();
        DatasetPhotos train = photos(
                experiment,
                kind,
                configuration.trainDataloader().datasetArgs().imageSet(),
                Optional.of(settings.policy()));
        DatasetPhotos held = photos(
                experiment, kind, configuration.valDataloader().datasetArgs().imageSet(), Optional.empty());
        List<LabelledPhoto> validation =
                IntStream.range(0, held.size()).parallel().mapToObj(held::photo).toList();
        log.printf(
                "%s: %d photos to train on, %d to validate, %d steps of %d views %s%n",
                experiment.packName(),
                train.size(),
                validation.size(),
                settings.steps(),
                settings.batchSize(),
                configuration
                        .trainDataloader()
                        .datasetArgs()
                        .augmentations()
                        .crop()
                        .map(TrainingConfiguration.Size::size)
                        .orElseThrow());
        TrainingRun run = new TrainingRun(settings, bank, train, validation, checkpoints, log);
        TrainingRun.Outcome outcome = runUntilStopped(run);
        if (!outcome.finished()) {
            log.printf(
                    "stopped after step %d; go on with --resume%n",
                    outcome.state().step());
            return 130;
        }
        Path file = folder.resolve(experiment.packName() + ".safetensors");
        ModulatorPack pack =
                PackExport.of(bank, experiment.manifest(bank, provenance()), outcome.weights(), experiment.halves());
        String digest = PackWriter.write(file, pack);
        log.printf("wrote %s (%,d bytes, %s)%n", file, Files.size(file), digest);
        return 0;
    }

    private static DatasetPhotos photos(
            Experiment experiment, TaskKind kind, String split, Optional<InputPolicy> policy) {
        var data = experiment.configuration().dataset();
        LabelledDataset dataset = LabelledDataset.open(
                experiment.root(),
                experiment.datasetName(),
                List.of(kind.id()),
                split,
                DatasetOptions.REFERENCE.forTraining());
        return new DatasetPhotos(
                dataset,
                List.of(kind),
                new DatasetPhotos.Preparation(policy, data.positiveFrom(), DatasetPhotos.DEFAULT_BUDGET_BYTES));
    }

    /** The command without what depends on the machine: folders, and whether the run was interrupted. */
    private String provenance() {
        StringBuilder command = new StringBuilder("facet train --config ").append(config.replaceAll(".*[/\\\\]", ""));
        settings.forEach((key, value) -> {
            if (!key.equals("dataset.root") && !key.equals("model.bank") && !key.startsWith("logger.")) {
                command.append(" --set ").append(key).append('=').append(value);
            }
        });
        return command.toString();
    }

    /** Ctrl-C and SIGTERM end the run after the step in progress; the process waits for its checkpoint. */
    private TrainingRun.Outcome runUntilStopped(TrainingRun run) throws Exception {
        Thread training = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    run.stop();
                    try {
                        training.join(60_000);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run.run(resume);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending already: the hook waits for this thread, which ends when it returns.
            }
        }
    }
}
