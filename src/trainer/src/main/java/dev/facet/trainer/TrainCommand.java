package dev.facet.trainer;

import dev.facet.core.file.FolderLock;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: trains packs as a configuration says. */
@Command(
        name = "train",
        description = "Trains one pack on a frozen bank, or one for each task of a joint run.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  facet train --config edges-bsds500 --set dataset.root=data/bsds500 --out results/edges",
            "  facet train --config pascal/semseg_RC_RI_NFF --set dataset.root=data",
            "  facet train --config mytask.yaml --publish http://localhost:8080",
            "Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written)."
        })
final class TrainCommand implements Callable<Integer> {
    static final int STOPPED = 130;

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

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the results; default results_dir/NAME, or results_dir/DATA_SET/CONFIGURATION.")
    private Path out;

    @Option(names = "--resume", description = "Continues from the last checkpoint in the folder of the results.")
    private boolean resume;

    @Mixin
    private Publishing publishing;

    @Override
    public Integer call() throws Exception {
        Optional<Publishing.Target> target = publishing.target();
        ConfigurationFiles.Source source = ConfigurationFiles.find(config, Optional.empty());
        TrainingConfiguration configuration = ConfigurationReader.read(source, settings);
        Path folder = out != null ? out : folder(configuration, source.name());
        PrintStream lines = System.out;
        TrainingSession session = TrainingSession.open(configuration, provenance(source), folder, lines);
        checkFolder(session, folder);
        if (target.isPresent()) {
            session.checkFree(target.get());
        }
        session.checkImages();
        TrainingSession.Result result;
        try (FolderLock ours = FolderLock.take(folder)
                .orElseThrow(() -> new IllegalArgumentException(
                        "folder in use: another run writes into it, folder=%s".formatted(folder)))) {
            // Another run may have ended here before the lock was ours.
            checkFolder(session, folder);
            result = session.run(resume);
        }
        if (result.packs().isEmpty()) {
            lines.printf("stopped after step %d; continue with --resume%n", result.step());
            return STOPPED;
        }
        if (target.isPresent()) {
            for (TrainingSession.Trained trained : result.packs()) {
                // Once published its bytes can't change under its version: the scores go in before.
                session.writeScores(trained);
                lines.println(target.get().publish(trained.file()).summary());
            }
        }
        return 0;
    }

    private void checkFolder(TrainingSession session, Path folder) {
        if (session.hasCheckpoint() && !resume) {
            throw new IllegalArgumentException(
                    "results exist: folder=%s, expected an empty one (or --resume)".formatted(folder));
        }
        if (resume && !session.hasCheckpoint()) {
            throw new IllegalArgumentException("nothing to resume: folder=%s has no checkpoint".formatted(folder));
        }
    }

    private static Path folder(TrainingConfiguration configuration, String name) {
        Path results = Path.of(configuration.logger().resultsDir());
        return configuration
                .pack()
                .name()
                .map(results::resolve)
                .orElseGet(() -> results.resolve(
                                configuration.dataset().datasetName().orElse(""))
                        .resolve(name));
    }

    /** The command without what depends on the machine: folders, and whether the run was interrupted. */
    private String provenance(ConfigurationFiles.Source source) {
        String name = source.folder().isEmpty() ? config : config.replaceAll(".*[/\\\\]", "");
        StringBuilder command = new StringBuilder("facet train --config ").append(name);
        settings.forEach((key, value) -> {
            if (!key.equals("dataset.root") && !key.equals("model.bank") && !key.startsWith("logger.")) {
                command.append(" --set ").append(key).append('=').append(value);
            }
        });
        return command.toString();
    }
}
