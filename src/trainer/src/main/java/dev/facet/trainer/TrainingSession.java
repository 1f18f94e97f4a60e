package dev.facet.trainer;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.file.AtomicFile;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Score;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.engine.TorchDevice;
import dev.facet.trainer.loop.Checkpoints;
import dev.facet.trainer.loop.Journal;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.loop.TrainingRun;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.sample.Passes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One run in its folder, from a configuration to packs:
 *
 * <pre>
 * config.yaml              the effective configuration
 * checkpoints/             what --resume goes on from, and the best weights
 * logs/                    TensorBoard's event files
 * NAME.safetensors         the pack, one for each task
 * bank.safetensors         the bank, where it was made of a checkpoint or is random
 * </pre>
 *
 * Everything that can be wrong is found before anything is written.
 */
final class TrainingSession {
    private final TrainingConfiguration configuration;
    private final ExperimentData data;
    private final StartingPoint point;
    private final RunSettings settings;
    private final TrainingRun.Images images;
    private final Passes passes;
    private final PackOfRun packs;
    private final Checkpoints checkpoints;
    private final Path folder;
    private final PrintStream lines;
    private final TorchDevice device;

    private TrainingSession(
            TrainingConfiguration configuration,
            ExperimentData data,
            StartingPoint point,
            String command,
            Path folder,
            Surroundings surroundings) {
        this.configuration = configuration;
        this.data = data;
        this.point = point;
        this.settings = Experiment.settings(configuration, data.kinds());
        this.images = data.images(configuration, settings.policy());
        this.passes = new Passes(
                images.train().size(),
                settings.batching().size(),
                settings.batching().last());
        String from = point.pack().map(pack -> " --from " + pack.identity()).orElse("");
        this.packs = new PackOfRun(configuration, data.train().opened(), command + from);
        this.checkpoints = new Checkpoints(folder.resolve("checkpoints"), facts(configuration, data, point));
        this.folder = folder;
        this.lines = surroundings.lines();
        this.device = surroundings.device();
    }

    /**
     * Checks a configuration and opens what it names.
     *
     * @param command what is run, for the provenance of the packs
     * @throws IllegalArgumentException naming the key that is wrong
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that is missing or wrong
     * @throws dev.facet.core.bank.BankException if the bank can't be used
     */
    static TrainingSession open(
            TrainingConfiguration configuration, String command, Path folder, Surroundings surroundings)
            throws IOException {
        ConfigurationChecks.check(configuration);
        ExperimentData data = ExperimentData.open(configuration);
        TrainingSession session = new TrainingSession(
                configuration,
                data,
                StartingPoint.of(configuration.model(), configuration.seed()),
                command,
                folder,
                surroundings);
        session.packs.check(session.bank(), session.settings);
        session.starts();
        surroundings.device().check();
        return session;
    }

    /**
     * What a session has around it.
     *
     * @param device computes
     * @param lines told how it goes
     */
    record Surroundings(TorchDevice device, PrintStream lines) {}

    /** What decides the bits of a run and isn't in its settings. */
    private static Map<String, String> facts(TrainingConfiguration c, ExperimentData data, StartingPoint point) {
        TrainingConfiguration.Dataset dataset = c.dataset();
        Map<String, String> facts = new LinkedHashMap<>(Map.of(
                "bank (model.bank)",
                point.bank().fingerprint(),
                "start (model.start)",
                c.model().start().name().toLowerCase(Locale.ROOT)
                        + point.pack().map(pack -> " " + pack.identity()).orElse(""),
                "training split",
                ExperimentData.identity(data.train()),
                "validation split",
                ExperimentData.identity(data.validation()),
                "reading of labels (dataset.positive_from, unlabelled_is_a_class)",
                dataset.positiveFrom() + ", " + dataset.unlabelledIsAClass()));
        if (!dataset.sources().isEmpty()) {
            facts.put("labels or weights of sources (dataset.sources)", SourceData.identity(c, data.train()));
        }
        return facts;
    }

    /** A finished pack. */
    record Trained(TaskSettings task, Path file, String digest, TrainingRun.Result result) {}

    /**
     * How a session ended.
     *
     * @param step steps made
     * @param packs one for each task; none where the run was stopped
     * @param imagesPerSecond images of batches by the time in training steps
     */
    record Result(int step, List<Trained> packs, double seconds, double imagesPerSecond) {}

    FilterBank bank() {
        return point.bank();
    }

    RunSettings settings() {
        return settings;
    }

    /** Whether there is something to resume from. */
    boolean hasCheckpoint() {
        return checkpoints.exist();
    }

    /** Whether all images and labels are decoded before this start goes on. */
    boolean checksData() {
        String when = configuration.trainingStrategy().checkData().orElse("all");
        return when.equals("all") || when.equals("start") && !hasCheckpoint();
    }

    /**
     * Decodes all images and labels to train on and to validate by, so that a broken one is named now and not hours later; nothing
     * where the configuration says so.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that is broken
     */
    void checkImages() {
        if (checksData()) {
            data.check(images);
        }
    }

    /**
     * Asks a server whether it would take the packs of this run.
     *
     * @throws dev.facet.exchange.publish.PublishException if not
     */
    void checkFree(Publishing.Target target) throws InterruptedException {
        for (TaskSettings task : settings.tasks()) {
            Optional<String> bank = task.network().needsBank() ? Optional.of(bank().fingerprint()) : Optional.empty();
            target.checkFree(
                    PackOfRun.name(configuration, task), configuration.pack().version(), bank);
        }
    }

    /**
     * Scores a finished pack on the validation split and writes the scores into it; where nothing in the split counts, it stays
     * without.
     */
    void writeScores(Trained trained) throws IOException, InterruptedException {
        ModulatorPack pack = PackReader.read(trained.file(), bank());
        List<Score> scores = new ArrayList<>();
        Map<String, Double> found = PackScores.of(bank(), pack, data.validation());
        if (found.isEmpty()) {
            lines.printf(
                    "nothing to score on %s: %s stays without scores%n",
                    data.validation().split(), trained.file());
            return;
        }
        found.forEach((metric, value) -> {
            if (!metric.startsWith("IoU/") && Double.isFinite(value)) {
                scores.add(new Score(data.validation().name(), data.validation().split(), metric, value));
            }
        });
        ModulatorPack scored = new ModulatorPack(pack.manifest().withScores(scores), pack.tensors(), "");
        String digest = PackWriter.write(trained.file(), scored);
        lines.printf("wrote its scores on %s into %s (%s)%n", data.validation().split(), trained.file(), digest);
    }

    /** Says what is trained on what. */
    void describe() {
        point.pack().ifPresent(pack -> settings.tasks().forEach(task -> lines.println(pack.said(task))));
        data.train()
                .remarks()
                .forEach(remark -> lines.printf("%s: %s%n", data.train().split(), remark));
        data.validation()
                .remarks()
                .forEach(remark -> lines.printf("%s: %s%n", data.validation().split(), remark));
        lines.printf(
                "%s: %d images to train on, %d to validate, %d steps of %d views of %d×%d%n",
                String.join(
                        ", ", settings.tasks().stream().map(TaskSettings::name).toList()),
                images.train().size(),
                images.validation().size(),
                settings.steps(),
                settings.batching().size() * settings.batching().accumulated(),
                settings.views().cropHeight(),
                settings.views().cropWidth());
        if (settings.precision() == Precision.BF16 && device.isCpu() && !Precision.hasBf16()) {
            lines.println("bf16 is emulated: this processor has neither avx512_bf16 nor amx_bf16; fp32 is faster here");
        }
    }

    /**
     * Trains, and writes the packs.
     *
     * @param resume whether to go on from the last checkpoint, if there is one
     */
    Result run(boolean resume) throws Exception {
        boolean goesOn = resume && checkpoints.exist();
        if (goesOn) {
            checkSame();
        }
        AtomicFile.write(folder.resolve("config.yaml"), ConfigurationReader.write(configuration));
        if (point.ownBank()) {
            BankWriter.write(folder.resolve("bank.safetensors"), point.bank());
        }
        describe();
        TrainingRun.Outcome outcome;
        Optional<Path> events =
                configuration.logger().tensorboard() ? Optional.of(folder.resolve("logs")) : Optional.empty();
        try (Journal journal = new Journal(lines, events)) {
            TrainingRun run = new TrainingRun(
                    settings,
                    point.bank(),
                    images,
                    starts(),
                    new TrainingRun.Surroundings(device, checkpoints, journal));
            outcome = untilStopped(run, goesOn);
        }
        long views =
                passes.views((long) outcome.state().step() * settings.batching().accumulated());
        double pace = outcome.seconds() == 0 ? 0 : views / outcome.seconds();
        List<Trained> packs = outcome.finished() ? write(outcome) : List.of();
        return new Result(outcome.state().step(), packs, outcome.seconds(), pace);
    }

    private Map<String, Start> starts() {
        Map<String, Start> starts = new LinkedHashMap<>();
        settings.tasks().forEach(task -> starts.put(task.name(), point.start(task)));
        return starts;
    }

    private List<Trained> write(TrainingRun.Outcome outcome) throws IOException {
        List<Trained> trained = new ArrayList<>();
        for (TaskSettings task : settings.tasks()) {
            TrainingRun.Result result = outcome.results().get(task.name());
            ModulatorPack pack = packs.make(point.bank(), settings, task, result);
            Path file = folder.resolve(pack.manifest().name() + ".safetensors");
            String digest = PackWriter.write(file, pack);
            trained.add(new Trained(task, file, digest, result));
            lines.printf(
                    "wrote %s (%,d bytes, weights of step %d, %s)%n", file, Files.size(file), result.step(), digest);
        }
        return trained;
    }

    /** What a run went on from must be the same run: everything but lines, memory and the pack's own description. */
    private void checkSame() throws IOException {
        checkpoints.check();
        Path saved = folder.resolve("config.yaml");
        if (!Files.isRegularFile(saved)) {
            return;
        }
        TrainingConfiguration before = ConfigurationReader.read(saved.toString(), Map.of());
        String different = SameRun.firstDifference(
                new SameRun.Side(before, Experiment.settings(before, data.kinds(before.dataset()))),
                new SameRun.Side(configuration, settings));
        if (!different.isEmpty()) {
            throw new IllegalArgumentException(
                    "resuming with another configuration: %s [file=%s]".formatted(different, saved));
        }
    }

    /** Ctrl-C and SIGTERM end the run after the step in progress, however long it is; the process waits for its checkpoint. */
    private TrainingRun.Outcome untilStopped(TrainingRun run, boolean resume) throws Exception {
        Thread training = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    run.stop();
                    lines.println("stopping after the step in progress");
                    try {
                        training.join();
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
