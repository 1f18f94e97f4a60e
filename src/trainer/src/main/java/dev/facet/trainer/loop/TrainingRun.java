package dev.facet.trainer.loop;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.TorchDevice;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.Movement;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.network.TaskParameters;
import dev.facet.trainer.sample.Batch;
import dev.facet.trainer.sample.BatchSource;
import dev.facet.trainer.sample.ImageSource;
import dev.facet.trainer.step.TaskObjective;
import dev.facet.trainer.step.Trainee;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Trains tasks on a frozen bank. A run that was stopped, or killed, and is resumed ends at the same bits as one that wasn't. Runs
 * on the thread that calls it; {@link #stop()} may be called from another.
 */
public final class TrainingRun {
    private final RunSettings settings;
    private final FilterBank bank;
    private final Images images;
    private final Map<String, Start> starts;
    private final TorchDevice device;
    private final Checkpoints checkpoints;
    private final Journal journal;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private double trainedSeconds;

    /**
     * @param starts what tasks start from; the bank where they aren't there
     */
    public TrainingRun(
            RunSettings settings,
            FilterBank bank,
            Images images,
            Map<String, Start> starts,
            Surroundings surroundings) {
        this.settings = settings;
        this.bank = bank;
        this.images = images;
        this.starts = Map.copyOf(starts);
        this.device = surroundings.device();
        this.checkpoints = surroundings.checkpoints();
        this.journal = surroundings.journal();
    }

    /**
     * Where a run happens. It has no part in what comes out, but for the last digits, in which devices differ.
     *
     * @param device computes
     * @param checkpoints keep what the run goes on from
     * @param journal is told what happens, and stays open
     */
    public record Surroundings(TorchDevice device, Checkpoints checkpoints, Journal journal) {}

    /**
     * The images of a run.
     *
     * @param train to train on
     * @param validation to choose weights by; none: the last weights are the best
     * @param pictures to show; few
     */
    public record Images(ImageSource train, HeldImages validation, HeldImages pictures) {}

    /** Asks for an end after the step in progress; a checkpoint is written. */
    public void stop() {
        stopping.set(true);
    }

    /**
     * How a run ended.
     *
     * @param state last state
     * @param finished whether all steps were made
     * @param results by task what came out; empty where the run isn't finished
     * @param seconds time in training steps, of all sessions
     */
    public record Outcome(RunState state, boolean finished, Map<String, Result> results, double seconds) {}

    /**
     * What came out for a task.
     *
     * @param weights by name, as its network has them
     * @param step step that they are of
     * @param validation score that validation chooses by, larger is better; empty where these weights weren't validated
     * @param movements by role how much was trained, and how far it went
     */
    public record Result(
            Map<String, Tensor> weights,
            int step,
            Optional<Double> validation,
            Map<ParameterRole, Movement> movements) {
        /** How many numbers were trained, those of the decoder among them. */
        public long trained() {
            return movements.values().stream().mapToLong(Movement::trained).sum();
        }

        /** How many numbers of the encoder were trained. */
        public long trainedEncoder() {
            Movement decoder = movements.get(ParameterRole.DECODER);
            return trained() - (decoder == null ? 0 : decoder.trained());
        }
    }

    /**
     * Trains from where the last checkpoint ended, or from the beginning.
     *
     * @param resume whether to go on from the last checkpoint
     * @throws dev.facet.trainer.step.NonFiniteLossException if a loss is no number
     */
    public Outcome run(boolean resume) throws IOException, InterruptedException {
        TorchEngine.start();
        Normalization normalization = bank.manifest().input();
        try (NDManager manager = TorchEngine.newManager(device);
                Trainee trainee = begin(manager);
                Average average = new Average(manager, settings.averageDecay(), trainee);
                Validation validation = new Validation(manager, settings, images.validation(), normalization);
                Validation showing = new Validation(manager, settings, images.pictures(), normalization)) {
            RunState state = RunState.begin(settings.seed());
            if (resume) {
                state = checkpoints.load(trainee, average);
                trainedSeconds = checkpoints.seconds();
                journal.say("resumed after step %d".formatted(state.step()));
            }
            journal.begin(state.step() + 1);
            Session session = new Session(trainee, average, validation, showing);
            state = train(session, state, normalization);
            boolean enough = isEnough(state);
            if (enough && state.step() < settings.steps()) {
                journal.say("ended early, after step %d: no better score in %d validations"
                        .formatted(state.step(), settings.selection().patience().getAsInt()));
            }
            boolean finished = (enough || state.step() >= settings.steps()) && !isDue(state);
            return new Outcome(state, finished, finished ? results(session, state) : Map.of(), trainedSeconds);
        }
    }

    /** What lives as long as one call. */
    private record Session(Trainee trainee, Average average, Validation validation, Validation showing) {}

    private List<TaskObjective> objectives() {
        return settings.tasks().stream()
                .map(task -> new TaskObjective(
                        task.name(),
                        task.network(),
                        starts.getOrDefault(task.name(), Start.bank()),
                        Loss.of(task.kind(), task.function(), task.parameters()),
                        task.weight()))
                .toList();
    }

    private RunState train(Session session, RunState first, Normalization normalization)
            throws IOException, InterruptedException {
        RunState state = first;
        List<String> tasks = settings.tasks().stream().map(TaskSettings::name).toList();
        Batching batching = settings.batching();
        BatchSource.Order order = new BatchSource.Order(
                batching.size(),
                batching.last(),
                settings.seed(),
                (long) state.step() * batching.accumulated(),
                batching.workers());
        RunSettings.Intervals intervals = settings.intervals();
        try (BatchSource source = new BatchSource(images.train(), tasks, normalization, settings.views(), order)) {
            if (isDue(state)) {
                state = validate(session, state);
            }
            Pace pace = new Pace(settings, state.step());
            while (state.step() < settings.steps() && !stopping.get() && !isEnough(state)) {
                long begin = System.nanoTime();
                pace.add(step(session.trainee(), batches(source), state.step()));
                trainedSeconds += (System.nanoTime() - begin) / 1e9;
                state = state.next();
                session.average().add(session.trainee(), state.step());
                int step = state.step();
                journal.stepped(step, settings.steps(), () -> pace.now(step, source.waitedNanos()));
                if (isAt(state, intervals.log())) {
                    journal.trained(state.step(), settings.steps(), pace.report(state.step(), source.waitedNanos()));
                }
                if (isDue(state)) {
                    state = validate(session, state);
                    pace.restart(state.step(), source.waitedNanos());
                } else if (isAt(state, intervals.checkpoint())) {
                    checkpoints.save(session.trainee(), session.average(), state, trainedSeconds);
                }
                if (isAt(state, intervals.pictures()) && journal.hasEvents()) {
                    show(session, state.step());
                    pace.restart(state.step(), source.waitedNanos());
                }
            }
        }
        checkpoints.save(session.trainee(), session.average(), state, trainedSeconds);
        return state;
    }

    /** Whether no task got a better score for as many validations as there is patience. */
    private boolean isEnough(RunState state) {
        OptionalInt patience = settings.selection().patience();
        if (patience.isEmpty()) {
            return false;
        }
        int interval = settings.intervals().validate();
        return settings.tasks().stream().allMatch(task -> {
            int best = state.best(task.name()).map(RunState.Best::step).orElse(0);
            int since = (state.validatedStep() - best + interval - 1) / interval;
            return since >= patience.getAsInt();
        });
    }

    private static boolean isAt(RunState state, int interval) {
        return interval > 0 && state.step() % interval == 0;
    }

    /** Whether a validation belongs here that wasn't finished yet. */
    private boolean isDue(RunState state) {
        return state.step() > 0
                && state.validatedStep() < state.step()
                && (isAt(state, settings.intervals().validate()) || state.step() == settings.steps());
    }

    private List<Batch> batches(BatchSource source) throws InterruptedException {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < settings.batching().accumulated(); i++) {
            batches.add(source.next());
        }
        return batches;
    }

    private Map<String, Double> step(Trainee trainee, List<Batch> batches, int step) throws IOException {
        double rate = settings.schedule().rate(step);
        int histograms = settings.intervals().histograms();
        if (!journal.hasEvents() || histograms == 0 || (step + 1) % histograms != 0) {
            return trainee.step(batches, rate, (task, network) -> {});
        }
        return trainee.step(batches, rate, (task, network) -> journal.histograms(task, step + 1, network.parameters()));
    }

    /** Scores, and keeps the best weights. Where that is stopped, the checkpoint says that it is still due. */
    private RunState validate(Session session, RunState state) throws IOException, InterruptedException {
        Trainee trainee = session.trainee();
        checkpoints.save(trainee, session.average(), state, trainedSeconds);
        RunState next = state;
        if (images.validation().size() == 0) {
            for (TaskSettings task : settings.tasks()) {
                next = keep(session, next, task, state.step());
            }
        } else {
            long begin = System.nanoTime();
            Optional<Scores> found =
                    session.average().with(trainee, () -> session.validation().run(trainee.networks(), stopping::get));
            if (found.isEmpty()) {
                return state;
            }
            Map<String, Boolean> best = new LinkedHashMap<>();
            for (TaskSettings task : settings.tasks()) {
                double score = settings.choosesTogether()
                        ? found.get().selectionLoss()
                        : found.get().selectionScore(task.kind());
                best.put(task.name(), next.isBest(task.name(), score));
                next = keep(session, next, task, score);
            }
            double validationSeconds = (System.nanoTime() - begin) / 1e9;
            journal.validated(
                    state.step(), found.get(), best, images.validation().size(), validationSeconds);
        }
        next = next.validated();
        checkpoints.save(trainee, session.average(), next, trainedSeconds);
        return next;
    }

    private RunState keep(Session session, RunState state, TaskSettings task, double score) throws IOException {
        if (!state.isBest(task.name(), score)) {
            return state;
        }
        checkpoints.saveBest(task.name(), session.average().orElse(session.trainee(), task.name()));
        return state.withBest(task.name(), score);
    }

    private void show(Session session, int step) throws IOException, InterruptedException {
        List<Validation.Picture> pictures = session.average()
                .with(
                        session.trainee(),
                        () -> session.showing().pictures(session.trainee().networks()));
        for (Validation.Picture picture : pictures) {
            journal.picture(step, picture);
        }
    }

    private Map<String, Result> results(Session session, RunState state) throws IOException {
        Map<String, Result> results = new LinkedHashMap<>();
        // What training began with is made once more, rather than kept all the time.
        try (NDManager manager = TorchEngine.newManager(device);
                Trainee beginning = begin(manager)) {
            for (TaskSettings task : settings.tasks()) {
                Optional<RunState.Best> best = state.best(task.name());
                boolean last = settings.selection().last() || best.isEmpty();
                int step = last ? state.step() : best.get().step();
                Map<String, Tensor> weights =
                        last ? session.average().orElse(session.trainee(), task.name()) : checkpoints.best(task.name());
                TaskParameters parameters =
                        session.trainee().networks().get(task.name()).parameters();
                results.put(
                        task.name(),
                        new Result(
                                weights,
                                step,
                                best.filter(found -> found.step() == step).map(RunState.Best::score),
                                Movement.of(
                                        beginning.values(task.name()),
                                        weights,
                                        parameters.trained().keySet())));
            }
        }
        return results;
    }

    private Trainee begin(NDManager manager) {
        return Trainee.begin(
                manager,
                bank,
                objectives(),
                settings.joint(),
                settings.optimizer(),
                settings.seed(),
                settings.precision());
    }
}
