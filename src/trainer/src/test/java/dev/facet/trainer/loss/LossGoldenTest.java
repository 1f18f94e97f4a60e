package dev.facet.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.SharedData;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference implementation's values and gradients, read from beside the repository. */
class LossGoldenTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cross_entropy",
                "weighted_bce_095",
                "weighted_bce_hed",
                "masked_bce_saliency",
                "masked_l1_normals",
                "masked_l1_depth"
            })
    void valueAndGradientAreTheReferences(String name) throws IOException {
        Path folder = SharedData.require("golden/losses");
        JsonNode expected = new ObjectMapper()
                .readTree(folder.resolve("expected.json").toFile())
                .get(name);
        Tensor prediction = read(folder, name + "_prediction");
        float[] labels = read(folder, name + "_target").toFloatArray();
        float[] reference = read(folder, name + "_gradient").toFloatArray();
        LossFunction function = LossFunction.of(expected.get("loss_function").asText());
        JsonNode weight = expected.get("parameters").get("positive_weight");
        LossParameters parameters =
                LossParameters.of(weight == null ? OptionalDouble.empty() : OptionalDouble.of(weight.asDouble()));
        TaskKind kind = kind(function, prediction.shape().intExtent(1));
        double value = expected.get("value").asDouble();
        double offset = expected.has("masked_pixels")
                ? expected.get("masked_pixels").asInt()
                        * Math.log(2)
                        / expected.get("valid_pixels").asInt()
                : 0;
        compare(Loss.of(kind, function, parameters), prediction, labels, value - offset, reference);
        compare(Loss.of(kind, function, parameters.withBugs()), prediction, labels, value, reference);
    }

    private static void compare(Loss loss, Tensor prediction, float[] labels, double value, float[] reference) {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray input = Ops.of(manager, prediction);
            input.setRequiresGradient(true);
            Ops.recordGradients(true);
            NDArray result = loss.of(input, labels);
            Ops.backward(result);
            Ops.recordGradients(false);
            assertThat((double) result.getFloat()).isCloseTo(value, within(TOLERANCE * value));
            float[] gradient = Ops.toFloats(input.getGradient());
            double largest = 0;
            for (float each : reference) {
                largest = Math.max(largest, Math.abs(each));
            }
            assertThat(gradient).hasSameSizeAs(reference);
            for (int i = 0; i < reference.length; i++) {
                assertThat((double) gradient[i])
                        .as("gradient %d", i)
                        .isCloseTo(reference[i], within(TOLERANCE * largest));
            }
        }
    }

    private static TaskKind kind(LossFunction function, int outputs) {
        return switch (function) {
            case CROSS_ENTROPY -> {
                List<LabelClass> classes = new ArrayList<>();
                for (int i = 0; i < outputs; i++) {
                    classes.add(new LabelClass("class " + i, "#000000"));
                }
                yield new Segmentation(classes);
            }
            case WEIGHTED_BINARY_CROSS_ENTROPY -> new Edges("any");
            case MASKED_BINARY_CROSS_ENTROPY -> new Saliency();
            case NORMALS_DISTANCE -> new Normals("any");
            default -> new Depth("metre", 0.001);
        };
    }

    private static Tensor read(Path folder, String name) throws IOException {
        return NpyReader.read(Files.readAllBytes(folder.resolve(name + ".npy")));
    }
}
