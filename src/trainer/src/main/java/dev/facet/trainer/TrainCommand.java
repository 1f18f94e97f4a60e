package dev.facet.trainer;

import dev.facet.core.file.FolderLock;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.Defaults;
import dev.facet.trainer.config.Reading;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
            "  facet train --config theirs.yaml --print-config",
            "  facet train --config mytask.yaml --publish http://localhost:8080",
            "Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written)."
        })
final class TrainCommand implements Callable<Integer> {
    static final int STOPPED = 130;

    /** The one key of {@code logger} that decides which weights become the pack. */
    private static final String VALIDATION_INTERVAL = "logger.val_log_iter";

    private static final String START = "model.from";

    /** What the provenance doesn't say, or says by what is in the file. */
    private static final Set<String> ELSEWHERE =
            Set.of("dataset.root", "model.bank", "training_strategy.check_data", START);

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
            description = "Folder of the results; default results_dir/NAME, else results_dir/DATA_SET/CONFIGURATION"
                    + " (results_dir/CONFIGURATION for the reference's files).")
    private Path out;

    @Option(
            names = "--from",
            paramLabel = "PACK",
            description =
                    "Starts from the weights of a pack of the same bank; what the file leaves out of the network is as there.")
    private Path from;

    @Option(names = "--resume", description = "Continues from the last checkpoint in the folder of the results.")
    private boolean resume;

    @Option(
            names = "--reference",
            negatable = true,
            description =
                    "Reads the file as one of the reference's (--no-reference: as none): keys that it leaves out are as there,"
                            + " keys that Facet doesn't know are left out. Default: decided by its keys, and said.")
    private Boolean reference;

    @Option(
            names = "--print-config",
            description = "Prints the effective configuration, every key with its value, and ends; reads no data.")
    private boolean printsConfiguration;

    @Option(
            names = "--check",
            description = "Checks configuration, data and bank as a start does, and ends; writes nothing.")
    private boolean checks;

    @Mixin
    private DeviceOption device;

    @Mixin
    private Publishing publishing;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Optional<Publishing.Target> target = publishing.target();
        ConfigurationFiles.Source source = ConfigurationFiles.find(config, Optional.empty());
        if (from != null) {
            settings.put(START, "'" + from.toString().replace("'", "''") + "'");
        }
        Reading reading = ConfigurationReader.read(
                source,
                settings,
                Optional.ofNullable(reference).map(theirs -> theirs ? Defaults.REFERENCE : Defaults.FACET));
        reading.remarks().forEach(remark -> spec.commandLine().getErr().println("facet: " + remark));
        TrainingConfiguration configuration = reading.configuration();
        PrintStream lines = System.out;
        if (printsConfiguration) {
            ConfigurationChecks.check(configuration);
            PrintWriter output = spec.commandLine().getOut();
            output.print(ConfigurationReader.write(configuration));
            output.flush();
            return 0;
        }
        Path folder = out != null ? out : folder(configuration, source.name());
        TrainingSession session = TrainingSession.open(
                configuration,
                provenance(source, configuration),
                folder,
                new TrainingSession.Surroundings(device.device(), lines));
        checkFolder(session, folder);
        if (target.isPresent()) {
            session.checkFree(target.get());
        }
        session.checkImages();
        if (checks) {
            session.describe();
            lines.println("checked; nothing was started");
            return 0;
        }
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

    /** The reference's results_dir names the data set already. */
    private static Path folder(TrainingConfiguration configuration, String name) {
        Path results = Path.of(configuration.logger().resultsDir());
        String dataset = configuration.defaults() == Defaults.REFERENCE
                ? ""
                : configuration.dataset().datasetName().orElse("");
        return configuration
                .pack()
                .name()
                .map(results::resolve)
                .orElseGet(() -> results.resolve(dataset).resolve(name));
    }

    /** The command without what depends on the machine: folders, and whether the run was interrupted. */
    private String provenance(ConfigurationFiles.Source source, TrainingConfiguration configuration) {
        String name = source.folder().isEmpty() ? config : config.replaceAll(".*[/\\\\]", "");
        StringBuilder command = new StringBuilder("facet train --config ").append(name);
        if (reference != null) {
            command.append(reference ? " --reference" : " --no-reference");
        }
        settings.forEach((key, given) -> {
            String value = key.equals("dataset.sources")
                    ? ConfigurationReader.anywhere(configuration.dataset().sources())
                    : given;
            boolean logged = key.startsWith("logger.") && !key.equals(VALIDATION_INTERVAL);
            if (!ELSEWHERE.contains(key) && !logged) {
                command.append(" --set ").append(key).append('=').append(value);
            }
        });
        return command.toString();
    }
}
