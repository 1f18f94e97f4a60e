package dev.facet.trainer;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.loop.RunSettings;
import dev.facet.trainer.loop.Schedule;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.sample.LabelPlane;
import dev.facet.trainer.sample.LabelledPhoto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/** A segmentation task of a few pixels: bright or dark. */
public final class TinyTask {
    public static final Segmentation KIND =
            new Segmentation(List.of(new LabelClass("dark", "#000000"), new LabelClass("bright", "#ffffff")));
    public static final Decoder SEPARABLE = new Decoder(Decoder.Kind.SEPARABLE, 8, 4, List.of(1, 2, 3));
    public static final Decoder DENSE = new Decoder(Decoder.Kind.DEEPLABV3PLUS, 8, 4, List.of(1, 2, 3));

    private TinyTask() {}

    public static NetworkSpecification network(Stage modulatedFrom, Decoder decoder) {
        return network(Adaptation.fused().from(modulatedFrom), decoder);
    }

    public static NetworkSpecification network(Adaptation adaptation, Decoder decoder) {
        return new NetworkSpecification(Architecture.RESNET18, 16, adaptation, decoder, KIND.outputs());
    }

    public static RunSettings settings(int steps, double averageDecay) {
        return new RunSettings(
                7,
                steps,
                KIND,
                network(Stage.LAYER4, SEPARABLE),
                new InputPolicy(48, false, 16),
                new AugmentationSettings(List.of(0.75, 1.0, 1.5), false, 32, 32, 0.5, 0.2, 0.2, 0.2),
                2,
                1,
                new Schedule(0.02, steps, 0.9, 0),
                0.9,
                1e-4,
                1,
                OptionalDouble.empty(),
                averageDecay,
                1,
                2);
    }

    public static List<LabelledPhoto> photos(int count) {
        Random random = new Random(3);
        List<LabelledPhoto> photos = new ArrayList<>();
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
            photos.add(new LabelledPhoto(
                    "photo-" + i, new Raster(height, width, rgb), Map.of(KIND.id(), new LabelPlane.Ids(labels))));
        }
        return photos;
    }
}
