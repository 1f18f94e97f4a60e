package dev.facet.trainer.bench;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.NetworkSpecification;
import java.util.ArrayList;
import java.util.List;

/**
 * What both sides train: one network on one stream of batches.
 *
 * @param size rows and columns of a view
 * @param batch views per step
 * @param decoder layer type of the decoder
 * @param workers threads that make views
 */
record BenchSettings(int size, int batch, Decoder.Kind decoder, int workers) {
    private static final int CLASSES = 21;
    private static final int OUTPUT_STRIDE = 16;

    static final Architecture ARCHITECTURE = Architecture.RESNET18;
    static final double MOMENTUM = 0.9;
    static final double WEIGHT_DECAY = 1e-4;
    static final double RATE = 1e-3;

    BenchSettings {
        if (size < 32 || size % 16 != 0 || batch < 2 || workers < 1) {
            throw new IllegalArgumentException(
                    "size=%d, batch=%d, workers=%d, expected a multiple of 16 from 32 on, at least 2, at least 1"
                            .formatted(size, batch, workers));
        }
    }

    Segmentation task() {
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            classes.add(new LabelClass("class " + i, "#%06x".formatted(i)));
        }
        return new Segmentation(classes);
    }

    Decoder head() {
        return decoder == Decoder.Kind.SEPARABLE
                ? new Decoder(decoder, 128, 48, List.of(2, 4, 6))
                : Decoder.reference(OUTPUT_STRIDE);
    }

    /** Every convolution modulated, plain RC. */
    NetworkSpecification network() {
        return network(Stage.CONV1);
    }

    /** The same with a prefix that is the bank's. */
    NetworkSpecification network(Stage modulatedFrom) {
        Adaptation adaptation = Adaptation.of(Modulation.RC).from(modulatedFrom);
        return new NetworkSpecification(ARCHITECTURE, OUTPUT_STRIDE, adaptation, head(), CLASSES);
    }
}
