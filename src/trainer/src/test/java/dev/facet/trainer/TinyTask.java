package dev.facet.trainer;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.loop.Batching;
import dev.facet.trainer.loop.HeldImages;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.Schedule;
import dev.facet.trainer.loop.TaskSettings;
import dev.facet.trainer.loss.LossFunction;
import dev.facet.trainer.loss.LossParameters;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.sample.LabelPlane;
import dev.facet.trainer.sample.LabelledImage;
import dev.facet.trainer.sample.LastBatch;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;

/** A segmentation task of a few pixels: bright or dark. */
public final class TinyTask {
    public static final Segmentation KIND =
            new Segmentation(List.of(new LabelClass("dark", "#000000"), new LabelClass("bright", "#ffffff")));
    public static final Decoder SEPARABLE = new Decoder(Decoder.Kind.SEPARABLE, 8, 4, List.of(1, 2, 3));
    public static final Decoder DENSE = new Decoder(Decoder.Kind.DEEPLABV3PLUS, 8, 4, List.of(1, 2, 3));

    /** Reparameterized convolutions with normalized feature fusion. */
    public static final Adaptation FUSED = Adaptation.of(Modulation.RC).withFusion(true);

    private TinyTask() {}

    public static NetworkSpecification network(Stage modulatedFrom, Decoder decoder) {
        return network(FUSED.from(modulatedFrom), decoder);
    }

    public static NetworkSpecification network(Adaptation adaptation, Decoder decoder) {
        return new NetworkSpecification(Architecture.RESNET18, 16, adaptation, decoder, KIND.outputs());
    }

    public static RunSettings settings(int steps, double averageDecay) {
        return settings(steps, averageDecay, List.of(task(KIND, network(Stage.LAYER4, SEPARABLE))));
    }

    public static TaskSettings task(TaskKind kind, NetworkSpecification network) {
        return new TaskSettings(kind, network, LossFunction.of(kind), LossParameters.of(OptionalDouble.empty()), 1);
    }

    public static RunSettings settings(int steps, double averageDecay, List<TaskSettings> tasks) {
        return new RunSettings(
                7,
                steps,
                tasks,
                Trainee.Joint.NOTHING_SHARED,
                new InputPolicy(48, false, 16),
                new AugmentationSettings(List.of(0.75, 1.0, 1.5), false, 32, 32, 0.5, 0.2, 0.2, 0.2),
                new Batching(2, LastBatch.FULL, 1, 1),
                new Schedule(new Schedule.Polynomial(0.9), 0.02, steps, 0),
                OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0.9), 1e-4),
                Precision.FP32,
                averageDecay,
                new RunSettings.Selection(false, false, OptionalInt.empty()),
                new RunSettings.Intervals(1, 2, 0, 2, 2));
    }

    /** A run that learns nothing, and ends after so many validations without a better score. */
    public static RunSettings patient(int steps, int patience) {
        RunSettings usual = settings(steps, 0);
        return new RunSettings(
                usual.seed(),
                usual.steps(),
                usual.tasks(),
                usual.joint(),
                usual.policy(),
                usual.views(),
                usual.batching(),
                new Schedule(new Schedule.Polynomial(0), 1e-12, steps, 0),
                usual.optimizer(),
                usual.precision(),
                usual.averageDecay(),
                new RunSettings.Selection(false, false, OptionalInt.of(patience)),
                usual.intervals());
    }

    /** The same images with the labels that scores are computed from. */
    public static HeldImages held(List<LabelledImage> images) {
        return HeldImages.of(images.stream().map(TinyTask::held).toList());
    }

    private static HeldImages.Held held(LabelledImage image) {
        byte[] ids = ((LabelPlane.Ids) image.plane(KIND.id())).values();
        Label label = new Label.ClassMap(image.image().height(), image.image().width(), ids);
        return new HeldImages.Held(new Sample(image.id(), image.image(), Map.of(KIND.id(), label)), image);
    }

    public static List<LabelledImage> images(int count) {
        Random random = new Random(3);
        List<LabelledImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int height = 40;
            int width = 48;
            byte[] rgb = new byte[height * width * 3];
            byte[] labels = new byte[height * width];
            int border = 10 + random.nextInt(28);
            for (int p = 0; p < labels.length; p++) {
                boolean bright = p % width > border;
                labels[p] = (byte) (bright ? 1 : 0);
                for (int c = 0; c < 3; c++) {
                    rgb[p * 3 + c] = (byte) ((bright ? 180 : 40) + random.nextInt(40));
                }
            }
            images.add(new LabelledImage(
                    "image-" + i, new Raster(height, width, rgb), Map.of(KIND.id(), new LabelPlane.Ids(labels))));
        }
        return images;
    }
}
