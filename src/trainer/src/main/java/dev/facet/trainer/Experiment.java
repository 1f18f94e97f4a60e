package dev.facet.trainer;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Modulation;
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
import dev.facet.evaluation.dataset.PlainDataset;
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
        require(c.dataset().root(), "dataset.root");
        require(c.dataset().task(), "dataset.task");
        require(c.pack().name(), "pack.name");
        TaskKind kind = kind(c);
        var model = c.model();
        NetworkSpecification network = new NetworkSpecification(
                model.architecture(),
                model.parameters().outputStride(),
                Adaptation.of(Modulation.RC)
                        .from(model.modulatedFrom())
                        .withFusion(model.parameters().fusion()),
                model.parameters().decoder().toDecoder(),
                kind.outputs());
        if (!c.optimizer().algorithm().equals("SGD")) {
            throw new IllegalArgumentException("optimizer.algorithm: value='%s', expected=SGD"
                    .formatted(c.optimizer().algorithm()));
        }
        RunSettings settings = new RunSettings(
                c.seed(),
                c.trainingStrategy().maxIter(),
                kind,
                network,
                new InputPolicy(c.input().size(), c.input().enlarge(), MULTIPLE),
                views(c.trainDataloader().datasetArgs().augmentations()),
                c.trainDataloader().dataloaderArgs().batchSize(),
                c.trainDataloader().dataloaderArgs().numWorkers(),
                schedule(c),
                c.optimizer().parameters().momentum(),
                c.optimizer().parameters().weightDecay(),
                c.loss().weight(),
                c.loss().positiveWeight().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                c.trainingStrategy().ema(),
                c.logger().trainLogIter(),
                c.logger().valLogIter());
        return new Experiment(c, settings);
    }

    /** Whether tensors are stored in fp16. */
    boolean halves() {
        return switch (configuration.pack().store()) {
            case "fp16" -> true;
            case "fp32" -> false;
            default ->
                throw new IllegalArgumentException("pack.store: value='%s', expected=fp16|fp32"
                        .formatted(configuration.pack().store()));
        };
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
                pack.name(),
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
                        configuration.dataset().datasetName(),
                        configuration.trainDataloader().datasetArgs().imageSet(),
                        command,
                        configuration.seed(),
                        settings.steps(),
                        TRAINER),
                List.of(),
                pack.licence(),
                SELF_TEST_TOLERANCE);
    }

    private static void require(String value, String key) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "missing key: key='%s', expected a value in the file or --set %s=…".formatted(key, key));
        }
    }

    private static Schedule schedule(TrainingConfiguration c) {
        var scheduler = c.scheduler();
        double gamma = switch (scheduler.lrPolicy()) {
            case "PolyLR" -> scheduler.parameters().gamma();
            case "ConstantLR" -> 0;
            default ->
                throw new IllegalArgumentException(
                        "scheduler.lr_policy: value='%s', expected=PolyLR|ConstantLR".formatted(scheduler.lrPolicy()));
        };
        return new Schedule(
                c.optimizer().parameters().lr(),
                c.trainingStrategy().maxIter(),
                gamma,
                scheduler.parameters().warmup());
    }

    private static AugmentationSettings views(TrainingConfiguration.Augmentations a) {
        List<Double> scales = new ArrayList<>();
        double step = a.scaling().stepSize();
        double last = a.scaling().maxScaleFactor();
        if (step > 0) {
            for (int i = 0; a.scaling().minScaleFactor() + i * step <= last + 1e-9; i++) {
                scales.add(a.scaling().minScaleFactor() + i * step);
            }
        } else {
            scales.add(a.scaling().minScaleFactor());
            scales.add(last);
        }
        List<Integer> size = a.crop().size();
        return new AugmentationSettings(
                scales,
                step <= 0,
                size.get(0),
                size.get(size.size() - 1),
                a.flip().p(),
                a.jitter().brightness(),
                a.jitter().contrast(),
                a.jitter().saturation());
    }

    private static TaskKind kind(TrainingConfiguration c) {
        var dataset = c.dataset();
        return switch (dataset.task()) {
            case Segmentation.ID -> new Segmentation(classes(c));
            case HumanParts.ID -> new HumanParts(classes(c));
            case Edges.ID -> new Edges(dataset.counted());
            case Saliency.ID -> new Saliency();
            case Normals.ID -> new Normals(dataset.axes());
            case Depth.ID -> new Depth("metre", 0.001);
            default ->
                throw new IllegalArgumentException(
                        "dataset.task: value='%s', expected=%s".formatted(dataset.task(), TaskKind.IDS));
        };
    }

    private static List<LabelClass> classes(TrainingConfiguration c) {
        String split = c.trainDataloader().datasetArgs().imageSet();
        List<String> names = PlainDataset.open(
                        Path.of(c.dataset().root()), List.of(c.dataset().task()), split)
                .classes(c.dataset().task());
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            classes.add(new LabelClass(names.get(i).replace('_', ' '), Palette.color(i)));
        }
        return classes;
    }
}
