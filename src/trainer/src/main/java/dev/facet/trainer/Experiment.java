package dev.facet.trainer;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.checkpoint.ReferenceTask;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.ConfigurationChecks;
import dev.facet.trainer.config.ModelSettings;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.Schedule;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.sample.AugmentationSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A configuration made into the settings of a run.
 *
 * @param configuration as read
 * @param settings for the loop
 */
record Experiment(TrainingConfiguration configuration, RunSettings settings) {
    private static final int MULTIPLE = 16;
    private static final String TRAINER = "facet-trainer 0.1.0";
    private static final double SELF_TEST_TOLERANCE = 1e-3;

    static Experiment of(TrainingConfiguration c) {
        ConfigurationChecks.check(c);
        TaskKind kind = kind(c, task(c).kindId());
        var model = c.model();
        NetworkSpecification network = new NetworkSpecification(
                model.architecture(),
                model.parameters().outputStride(),
                adaptation(model),
                model.parameters().decoder().toDecoder(),
                kind.outputs());
        RunSettings settings = new RunSettings(
                c.seed(),
                c.trainingStrategy().maxIter(),
                kind,
                network,
                policy(c),
                views(c.trainDataloader().datasetArgs().augmentations()),
                c.trainDataloader().dataloaderArgs().batchSize(),
                c.trainDataloader().dataloaderArgs().numWorkers(),
                schedule(c),
                c.optimizer().parameters().momentum(),
                c.optimizer().parameters().weightDecay(),
                c.dataset().tasksWeighting().values().iterator().next(),
                positiveWeight(c),
                c.trainingStrategy().ema(),
                c.logger().trainLogIter(),
                c.logger().valLogIter());
        return new Experiment(c, settings);
    }

    private static ReferenceTask task(TrainingConfiguration c) {
        return ReferenceTask.of(c.dataset().tasksWeighting().keySet().iterator().next());
    }

    private static OptionalDouble positiveWeight(TrainingConfiguration c) {
        return c.loss().entrySet().stream()
                .filter(entry -> ReferenceTask.of(entry.getKey()) == task(c))
                .flatMap(entry -> entry.getValue().parameters().stream())
                .flatMap(parameters -> parameters.positiveWeight().stream())
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }

    /** Photos keep the size that whole photos are padded to in validation, where no other is given. */
    private static InputPolicy policy(TrainingConfiguration c) {
        int size = c.input()
                .size()
                .orElseGet(() -> c.valDataloader()
                        .datasetArgs()
                        .augmentations()
                        .pad()
                        .map(pad -> Math.max(pad.height(), pad.width()))
                        .orElse(512));
        return new InputPolicy(size, c.input().enlarge(), MULTIPLE);
    }

    /** The name of the pack. */
    String packName() {
        return configuration.pack().name().orElse(settings.kind().id());
    }

    /** Folder of the data set. */
    Path root() {
        return root(configuration);
    }

    private static Path root(TrainingConfiguration c) {
        return Path.of(c.dataset()
                .root()
                .or(() -> c.trainDataloader().datasetArgs().root())
                .orElseThrow());
    }

    /** Name of the data set. */
    String datasetName() {
        return datasetName(configuration);
    }

    private static String datasetName(TrainingConfiguration c) {
        return c.dataset()
                .datasetName()
                .orElseGet(
                        () -> root(c).toAbsolutePath().normalize().getFileName().toString());
    }

    private static Adaptation adaptation(ModelSettings model) {
        Adaptation adaptation = Adaptation.of(model.effectiveModulation())
                .from(model.modulatedFrom())
                .withFusion(model.parameters().fusion())
                .training(
                        model.parameters().trainEncConvLayers(),
                        model.parameters().trainEncNormLayers());
        return model.norms() == ModelSettings.Norms.RUNNING ? adaptation.withRunningStatistics() : adaptation;
    }

    /** Whether tensors are stored in fp16. */
    boolean halves() {
        return configuration.pack().store().equals("fp16");
    }

    /**
     * What the pack says of itself; scores come later.
     *
     * @param command what made it, for its provenance
     */
    PackManifest manifest(FilterBank bank, String command) {
        var pack = configuration.pack();
        NetworkSpecification network = settings.network();
        return new PackManifest(
                packName(),
                pack.version(),
                pack.description(),
                settings.kind(),
                network.needsBank() ? Optional.of(bank.fingerprint()) : Optional.empty(),
                network.architecture(),
                network.outputStride(),
                network.modulation(),
                network.modulatedFrom(),
                network.needsBank() ? bank.manifest().ranks() : Map.of(),
                network.decoder(),
                settings.policy(),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance(
                        datasetName(configuration),
                        configuration.trainDataloader().datasetArgs().imageSet(),
                        command,
                        configuration.seed(),
                        settings.steps(),
                        TRAINER),
                List.of(),
                pack.licence(),
                SELF_TEST_TOLERANCE);
    }

    private static Schedule schedule(TrainingConfiguration c) {
        var scheduler = c.scheduler();
        double gamma = scheduler.lrPolicy().equals("ConstantLR")
                ? 0
                : scheduler.parameters().gamma();
        return new Schedule(
                c.optimizer().parameters().lr(),
                scheduler.parameters().maxIter().orElse(c.trainingStrategy().maxIter()),
                gamma,
                scheduler.parameters().warmup());
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

    private static TaskKind kind(TrainingConfiguration c, String id) {
        var dataset = c.dataset();
        return switch (id) {
            case Segmentation.ID -> new Segmentation(classes(c, id));
            case HumanParts.ID -> new HumanParts(classes(c, id));
            case Edges.ID -> new Edges(dataset.counted());
            case Saliency.ID -> new Saliency();
            case Normals.ID -> new Normals(dataset.axes());
            case Depth.ID -> new Depth("metre", 0.001);
            default -> throw new IllegalStateException("no such kind: '%s' (bug)".formatted(id));
        };
    }

    private static List<LabelClass> classes(TrainingConfiguration c, String id) {
        String split = c.trainDataloader().datasetArgs().imageSet();
        List<String> names = LabelledDataset.open(
                        root(c), datasetName(c), List.of(id), split, DatasetOptions.REFERENCE.forTraining())
                .classes(id);
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            classes.add(new LabelClass(names.get(i).replace('_', ' '), Palette.color(i)));
        }
        return classes;
    }
}
