package dev.facet.trainer.loop;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.sample.Batch;
import dev.facet.trainer.sample.BatchSource;
import dev.facet.trainer.sample.LabelledPhoto;
import dev.facet.trainer.sample.PhotoSource;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.TaskObjective;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRule;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Trains one task on a frozen bank. Runs on the thread that calls it; {@link #stop()} may be called from another. */
public final class TrainingRun {
    private final RunSettings settings;
    private final FilterBank bank;
    private final PhotoSource train;
    private final List<LabelledPhoto> validation;
    private final Checkpoints checkpoints;
    private final PrintStream log;
    private final AtomicBoolean stopping = new AtomicBoolean();

    public TrainingRun(
            RunSettings settings,
            FilterBank bank,
            PhotoSource train,
            List<LabelledPhoto> validation,
            Checkpoints checkpoints,
            PrintStream log) {
        this.settings = settings;
        this.bank = bank;
        this.train = train;
        this.validation = validation;
        this.checkpoints = checkpoints;
        this.log = log;
    }

    /** Asks for an end after the step in progress; a checkpoint is written. */
    public void stop() {
        stopping.set(true);
    }

    /**
     * How a run ended.
     *
     * @param state last state
     * @param finished whether all steps were made
     * @param weights values to export: those with the best score
     */
    public record Outcome(RunState state, boolean finished, Map<String, Tensor> weights) {}

    /**
     * Trains from where the last checkpoint ended, or from the beginning.
     *
     * @param resume whether to go on from the last checkpoint
     * @throws dev.facet.trainer.step.NonFiniteLossException if the loss is no number
     */
    public Outcome run(boolean resume) throws IOException, InterruptedException {
        TorchEngine.start();
        Normalization normalization = bank.manifest().input();
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = begin(manager)) {
            TaskNetwork network = trainee.networks().get(settings.kind().id());
            Average average = new Average(settings.averageDecay());
            RunState state = RunState.begin(settings.seed());
            if (resume) {
                state = checkpoints.load(trainee, average);
                log.printf("resumed after step %d%n", state.step());
            } else {
                average.begin(network.parameters());
            }
            Validation scoring = new Validation(manager, settings.kind(), validation, settings.policy(), normalization);
            BatchSource.Order order =
                    new BatchSource.Order(settings.batchSize(), settings.seed(), state.step(), settings.workers());
            Pace pace = new Pace(settings, state.step());
            try (BatchSource source =
                    new BatchSource(train, List.of(settings.kind().id()), normalization, settings.views(), order)) {
                while (state.step() < settings.steps() && !stopping.get()) {
                    Batch batch = source.next();
                    double value = step(trainee, batch, settings.schedule().rate(state.step()));
                    state = state.next();
                    average.add(network.parameters());
                    pace.add(value);
                    if (state.step() % settings.logEvery() == 0) {
                        log.println(pace.line(state.step()));
                    }
                    if (state.step() % settings.validateEvery() == 0 || state.step() == settings.steps()) {
                        state = validate(network, average, scoring, state);
                        checkpoints.save(trainee, average, state);
                        pace.restart(state.step());
                    }
                }
            }
            checkpoints.save(trainee, average, state);
            return new Outcome(state, state.step() >= settings.steps(), checkpoints.best(network.parameters()));
        }
    }

    private Trainee begin(NDManager manager) {
        TaskObjective task = new TaskObjective(
                settings.kind().id(),
                settings.network(),
                Start.bank(),
                Loss.forKind(settings.kind(), settings.positiveWeight()),
                settings.lossWeight());
        UpdateRule rule = UpdateRule.Sgd.withMomentum(settings.momentum());
        return Trainee.begin(manager, bank, task, OptimizerSettings.of(rule, settings.weightDecay()), settings.seed());
    }

    private double step(Trainee trainee, Batch batch, double rate) {
        return trainee.step(batch, rate).get(settings.kind().id());
    }

    private RunState validate(TaskNetwork network, Average average, Validation scoring, RunState state)
            throws IOException {
        if (validation.isEmpty()) {
            checkpoints.saveBest(average.orElse(network.parameters()));
            return state;
        }
        long begin = System.nanoTime();
        QuickScore result = average.with(network.parameters(), () -> scoring.run(network));
        boolean best = result.better() > state.bestScore();
        log.printf(
                "step %d: validation %s %.4f%s (%d photos, %.1f s)%n",
                state.step(),
                result.name(),
                result.value(),
                best ? " (best)" : "",
                validation.size(),
                (System.nanoTime() - begin) / 1e9);
        if (!best) {
            return state;
        }
        checkpoints.saveBest(average.orElse(network.parameters()));
        return state.withBest(result.better());
    }
}
