package dev.facet.trainer;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Modulation;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.config.ModelSettings;
import dev.facet.trainer.config.OptimizerConfiguration;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.loop.Batching;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.Schedule;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.loss.LossFunction;
import dev.facet.trainer.loss.LossParameters;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.sample.LastBatch;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.Sharing;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRules;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Makes the settings of a run of a checked configuration. */
final class Experiment {
    private static final int USUAL_SIZE = 512;

    private Experiment() {}

    /**
     * The settings of a run.
     *
     * @param kinds the active tasks with their parameters
     */
    static RunSettings settings(TrainingConfiguration c, List<TaskKind> kinds) {
        List<TaskSettings> tasks = kinds.stream().map(kind -> task(c, kind)).toList();
        var logger = c.logger();
        return new RunSettings(
                c.seed(),
                c.trainingStrategy().maxIter(),
                tasks,
                new Trainee.Joint(sharing(c), c.referenceBugs()),
                policy(c),
                views(c.trainDataloader().datasetArgs().augmentations()),
                batching(c),
                schedule(c),
                optimizer(c.optimizer()),
                c.trainingStrategy().precision().map(Precision::of).orElse(Precision.FP32),
                c.trainingStrategy().ema(),
                new RunSettings.Selection(
                        c.trainingStrategy().selectBy().equals("loss"),
                        c.trainingStrategy().export().equals("last"),
                        c.trainingStrategy()
                                .earlyStopping()
                                .map(early -> OptionalInt.of(early.patience()))
                                .orElse(OptionalInt.empty())),
                new RunSettings.Intervals(
                        logger.trainLogIter(),
                        logger.valLogIter(),
                        logger.checkpointIter(),
                        logger.imageLogIter(),
                        logger.histogramIter()));
    }

    private static Batching batching(TrainingConfiguration c) {
        TrainingConfiguration.LoaderArguments loader = c.trainDataloader().dataloaderArgs();
        return new Batching(
                loader.batchSize(),
                loader.lastBatch().map(LastBatch::of).orElse(LastBatch.FULL),
                c.trainingStrategy().accumulate().orElse(1),
                loader.numWorkers());
    }

    /** The ids of the active tasks' kinds, in the order of the configuration. */
    static List<String> kinds(TrainingConfiguration c) {
        return c.dataset().tasksWeighting().keySet().stream()
                .map(name -> ReferenceTask.of(name).kindId())
                .toList();
    }

    private static TaskSettings task(TrainingConfiguration c, TaskKind kind) {
        ReferenceTask task = ReferenceTask.of(kind);
        var model = c.model();
        NetworkSpecification network = new NetworkSpecification(
                model.architecture(),
                model.parameters().outputStride(),
                adaptation(c),
                model.parameters().decoder().toDecoder(),
                kind.outputs());
        Optional<TrainingConfiguration.TaskLoss> loss = under(c.loss(), task);
        LossFunction function = loss.flatMap(TrainingConfiguration.TaskLoss::lossFunction)
                .map(LossFunction::of)
                .orElse(LossFunction.of(kind));
        OptionalDouble positiveWeight = loss.flatMap(TrainingConfiguration.TaskLoss::parameters)
                .flatMap(TrainingConfiguration.LossParameters::positiveWeight)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
        LossParameters parameters = LossParameters.of(positiveWeight);
        return new TaskSettings(
                kind,
                network,
                function,
                c.referenceBugs() ? parameters.withBugs() : parameters,
                under(c.dataset().tasksWeighting(), task).orElseThrow());
    }

    /** What a map holds for a task, under the reference's name or ours. */
    private static <T> Optional<T> under(Map<String, T> byName, ReferenceTask task) {
        return byName.entrySet().stream()
                .filter(entry -> ReferenceTask.of(entry.getKey()) == task)
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Adaptation adaptation(TrainingConfiguration c) {
        ModelSettings model = c.model();
        Adaptation adaptation = Adaptation.of(model.effectiveModulation())
                .from(model.modulatedFrom())
                .withFusion(model.parameters().fusion())
                .freezing(frozen(c));
        return model.norms() == ModelSettings.Norms.RUNNING ? adaptation.withRunningStatistics() : adaptation;
    }

    private static Sharing sharing(TrainingConfiguration c) {
        if (c.dataset().tasksWeighting().size() == 1) {
            return Sharing.NOTHING;
        }
        if (c.model().parameters().commonMtParams()) {
            return Sharing.ENCODER;
        }
        return c.model().effectiveModulation() == Modulation.NONE ? Sharing.CONVOLUTIONS : Sharing.NOTHING;
    }

    private static OptimizerSettings optimizer(OptimizerConfiguration optimizer) {
        Map<ParameterRole, OptimizerSettings.Role> roles = new EnumMap<>(ParameterRole.class);
        for (ParameterRole role : ParameterRole.values()) {
            OptimizerConfiguration.Role own = optimizer.roles().of(role);
            roles.put(
                    role,
                    new OptimizerSettings.Role(
                            own.factor(),
                            own.weightDecay().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                            own.decayTo().equals(Optional.of("start"))));
        }
        return new OptimizerSettings(
                UpdateRules.of(optimizer.algorithm(), optimizer.ruleParameters()),
                optimizer.decay(),
                optimizer.clipNorm().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                roles);
    }

    /** What stays as it starts: what the reference's switches say, and what learns at the rate 0. */
    private static Set<ParameterRole> frozen(TrainingConfiguration c) {
        Set<ParameterRole> frozen = EnumSet.noneOf(ParameterRole.class);
        if (!c.model().parameters().trainEncConvLayers()) {
            frozen.addAll(ParameterRole.CONVOLUTIONS);
        }
        if (!c.model().parameters().trainEncNormLayers()) {
            frozen.add(ParameterRole.NORMS);
        }
        for (ParameterRole role : ParameterRole.values()) {
            if (c.optimizer().roles().of(role).factor() == 0) {
                frozen.add(role);
            }
        }
        return frozen;
    }

    /** Images keep the size that whole images are padded to in validation, where no other is given. */
    private static InputPolicy policy(TrainingConfiguration c) {
        int size = c.input()
                .size()
                .orElseGet(() -> c.valDataloader()
                        .datasetArgs()
                        .augmentations()
                        .pad()
                        .map(pad -> Math.max(pad.height(), pad.width()))
                        .orElse(USUAL_SIZE));
        return new InputPolicy(
                size,
                c.input().enlarge(),
                InputPolicy.multiple(c.model().parameters().outputStride()));
    }

    private static Schedule schedule(TrainingConfiguration c) {
        var scheduler = c.scheduler();
        Schedule.Course course = switch (scheduler.lrPolicy()) {
            case "ConstantLR" -> new Schedule.Polynomial(0);
            case "CosineAnnealingLR" ->
                new Schedule.Cosine(scheduler.parameters().least().orElse(0.0));
            default -> new Schedule.Polynomial(scheduler.parameters().gamma());
        };
        int end = scheduler.parameters().maxIter().orElse(c.trainingStrategy().maxIter());
        return new Schedule(
                course, c.optimizer().rate(), end, scheduler.parameters().warmup());
    }

    private static AugmentationSettings views(TrainingConfiguration.Augmentations a) {
        List<Double> scales = new ArrayList<>();
        TrainingConfiguration.Scaling scaling = a.scaling().orElse(new TrainingConfiguration.Scaling(1, 1, 1));
        double step = scaling.stepSize();
        double last = scaling.maxScaleFactor();
        if (step > 0) {
            for (int i = 0; scaling.minScaleFactor() + i * step <= last + 1e-9; i++) {
                scales.add(scaling.minScaleFactor() + i * step);
            }
        } else {
            scales.add(scaling.minScaleFactor());
            scales.add(last);
        }
        TrainingConfiguration.Size size = a.crop().orElseThrow();
        TrainingConfiguration.Jitter jitter = a.jitter().orElse(new TrainingConfiguration.Jitter(0, 0, 0));
        return new AugmentationSettings(
                scales,
                step <= 0,
                size.height(),
                size.width(),
                a.flip().map(TrainingConfiguration.Flip::p).orElse(0.0),
                jitter.brightness(),
                jitter.contrast(),
                jitter.saturation());
    }
}
