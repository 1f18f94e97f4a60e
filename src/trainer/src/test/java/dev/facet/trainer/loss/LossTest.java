package dev.facet.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The numbers come from the reference implementation: losses/expected.json. */
class LossTest {
    private static final TaskKind CLASSES =
            new Segmentation(List.of(new LabelClass("a", "#000000"), new LabelClass("b", "#ffffff")));

    @Test
    void crossEntropyIsTheReferences() throws IOException {
        compare("cross_entropy", CLASSES, OptionalDouble.empty(), 3.5430386066436768);
    }

    @Test
    void edgesAreWeightedAsInTheReference() throws IOException {
        compare("weighted_bce_095", new Edges("any"), OptionalDouble.of(0.95), 0.23676934838294983);
    }

    @Test
    void edgesWithoutAWeightAreBalancedLikeHed() throws IOException {
        compare("weighted_bce_hed", new Edges("any"), OptionalDouble.empty(), 0.3110029101371765);
    }

    @Test
    void saliencyLeavesOutWhatTheReferenceAddsForMaskedPixels() throws IOException {
        double added = 41 * Math.log(2) / 343;
        compare("masked_bce_saliency", new Saliency(), OptionalDouble.empty(), 1.4432517290115356 - added);
    }

    @Test
    void normalsAreTheReferences() throws IOException {
        compare("masked_l1_normals", new Normals("any"), OptionalDouble.empty(), 0.6627235412597656);
    }

    @Test
    void depthIsTheReferences() throws IOException {
        compare("masked_l1_depth", new Depth("metre", 0.001), OptionalDouble.empty(), 3.0218875408172607);
    }

    @Test
    void nothingValidCostsNothing() {
        for (TaskKind kind : List.of(CLASSES, new Edges("any"), new Saliency(), new Depth("metre", 0.001))) {
            float[] labels = new float[16];
            Arrays.fill(labels, kind instanceof Depth ? 0 : 255);
            try (NDManager manager = TorchEngine.newManager()) {
                NDArray prediction = manager.ones(new Shape(1, kind.outputs(), 4, 4));
                assertThat(Loss.forKind(kind, OptionalDouble.empty())
                                .of(prediction, labels)
                                .getFloat())
                        .as(kind.id())
                        .isZero();
            }
        }
    }

    private static void compare(String name, TaskKind kind, OptionalDouble weight, double expected) throws IOException {
        Tensor prediction = read(name + "_prediction");
        Tensor target = read(name + "_target");
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray input = Ops.of(manager, prediction);
            input.setRequiresGradient(true);
            Ops.recordGradients(true);
            NDArray loss = Loss.forKind(kind, weight).of(input, target.toFloatArray());
            Ops.backward(loss);
            Ops.recordGradients(false);
            assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-5 * expected));
            float[] gradient = Ops.toFloats(input.getGradient());
            float[] reference = read(name + "_gradient").toFloatArray();
            double largest = 0;
            for (float value : reference) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < reference.length; i++) {
                assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(reference[i], within(1e-5 * largest));
            }
        }
    }

    private static Tensor read(String name) throws IOException {
        try (InputStream in = LossTest.class.getResourceAsStream(name + ".npy")) {
            return NpyReader.read(in.readAllBytes());
        }
    }
}
