package dev.facet.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cases computed by hand; {@link LossGoldenTest} has the reference's numbers. */
class LossTest {
    private static final TaskKind CLASSES =
            new Segmentation(List.of(new LabelClass("a", "#000000"), new LabelClass("b", "#ffffff")));
    private static final TaskKind EDGES = new Edges("any");
    private static final TaskKind SALIENCY = new Saliency();
    private static final TaskKind NORMALS = new Normals("any");
    private static final TaskKind DEPTH = new Depth("metre", 0.001);
    private static final List<TaskKind> KINDS = List.of(CLASSES, EDGES, SALIENCY, NORMALS, DEPTH, Depth.INVERSE);

    @Test
    void nothingValidCostsNothingAndHasNoGradient() {
        for (TaskKind kind : KINDS) {
            boolean zeroIsInvalid = kind instanceof Depth || kind instanceof Normals;
            float[] labels = new float[16 * (kind instanceof Normals ? 3 : 1)];
            Arrays.fill(labels, zeroIsInvalid ? 0 : 255);
            try (NDManager manager = TorchEngine.newManager()) {
                NDArray prediction = manager.ones(new Shape(1, kind.outputs(), 4, 4));
                prediction.setRequiresGradient(true);
                Ops.recordGradients(true);
                NDArray loss = Loss.forKind(kind, OptionalDouble.empty()).of(prediction, labels);
                Ops.backward(loss);
                Ops.recordGradients(false);
                assertThat(loss.getFloat()).as(kind.id()).isZero();
                assertThat(Ops.toFloats(prediction.getGradient())).as(kind.id()).containsOnly(0);
            }
        }
    }

    @Test
    void asInTheReferenceNothingValidIsNoNumberAndMaskedPixelsCostLn2() {
        LossParameters bugs = LossParameters.of(OptionalDouble.empty()).withBugs();
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray prediction = manager.ones(new Shape(1, 2, 1, 2));
            assertThat(Loss.of(CLASSES, LossFunction.CROSS_ENTROPY, bugs)
                            .of(prediction, new float[] {255, 255})
                            .getFloat())
                    .isNaN();
            NDArray logits = manager.create(new float[] {0.3f, -5, 7, 9}, new Shape(1, 1, 2, 2));
            float[] labels = {1, 255, 255, 255};
            LossFunction masked = LossFunction.MASKED_BINARY_CROSS_ENTROPY;
            double fixed = Loss.of(SALIENCY, masked, LossParameters.of(OptionalDouble.empty()))
                    .of(logits, labels)
                    .getFloat();
            double reference =
                    Loss.of(SALIENCY, masked, bugs).of(logits, labels).getFloat();
            assertThat(fixed).isCloseTo(Math.log1p(Math.exp(-0.3)), within(1e-6));
            assertThat(reference - fixed).isCloseTo(3 * Math.log(2), within(1e-6));
        }
    }

    @Test
    void largeLogitsKeepTheirSmallLossesAndGradients() {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray prediction = manager.create(new float[] {16, -16, 90, -90}, new Shape(1, 1, 2, 2));
            prediction.setRequiresGradient(true);
            Ops.recordGradients(true);
            NDArray loss = Loss.forKind(SALIENCY, OptionalDouble.empty()).of(prediction, new float[] {1, 0, 1, 0});
            Ops.backward(loss);
            Ops.recordGradients(false);
            double tail = Math.log1p(Math.exp(-16));
            assertThat((double) loss.getFloat()).isCloseTo(tail / 2, within(1e-4 * tail));
            float[] gradient = Ops.toFloats(prediction.getGradient());
            double slope = 1 / (1 + Math.exp(16)) / 4;
            assertThat((double) gradient[0]).isCloseTo(-slope, within(1e-4 * slope));
            assertThat((double) gradient[1]).isCloseTo(slope, within(1e-4 * slope));
            assertThat((double) gradient[2]).isCloseTo(0, within(1e-30));
            assertThat((double) gradient[3]).isCloseTo(0, within(1e-30));

            NDArray scores = manager.create(new float[] {500, -500}, new Shape(1, 2, 1, 1));
            assertThat(Loss.forKind(CLASSES, OptionalDouble.empty())
                            .of(scores, new float[] {1})
                            .getFloat())
                    .isEqualTo(1000);
        }
    }

    @Test
    void plainFunctionsCountEveryValue() {
        LossParameters parameters = LossParameters.of(OptionalDouble.empty());
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray logits = manager.create(new float[] {2, -1}, new Shape(1, 1, 1, 2));
            double expected =
                    (0.25 * Math.log1p(Math.exp(-2)) + 0.75 * Math.log1p(Math.exp(2)) + Math.log1p(Math.exp(-1))) / 2;
            assertThat((double) Loss.of(EDGES, LossFunction.BINARY_CROSS_ENTROPY, parameters)
                            .of(logits, new float[] {0.25f, 0})
                            .getFloat())
                    .isCloseTo(expected, within(1e-6));
            assertThat(Loss.of(DEPTH, LossFunction.DISTANCE, parameters)
                            .of(logits, new float[] {0, 4})
                            .getFloat())
                    .isEqualTo(3.5f);
            assertThat(Loss.of(DEPTH, LossFunction.DEPTH_DISTANCE, parameters)
                            .of(logits, new float[] {0, 4})
                            .getFloat())
                    .isEqualTo(5);
        }
    }

    @Test
    void pixelsOfNormalsAndDistancesCountByTheirWeights() {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray prediction = manager.zeros(new Shape(2, 3, 1, 2));
            float[] labels = {1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0};
            Loss normals = Loss.forKind(NORMALS, OptionalDouble.empty());
            // Two pixels count: (1, 0, 0) with 0.5, (0, 1, 0) with 1; each has three components.
            assertThat((double) normals.of(prediction, labels, new float[] {0.5f, 1, 1, 1})
                            .getFloat())
                    .isCloseTo(1.5 / 4.5, within(1e-6));
            assertThat(normals.of(prediction, labels, new float[] {1, 1, 1, 1}).getFloat())
                    .isEqualTo(normals.of(prediction, labels).getFloat());
            assertThat(normals.of(prediction, labels, new float[] {0, 0, 0, 0}).getFloat())
                    .isZero();

            NDArray distances = manager.zeros(new Shape(1, 1, 1, 3));
            assertThat((double) Loss.forKind(DEPTH, OptionalDouble.empty())
                            .of(distances, new float[] {4, 0, 2}, new float[] {1, 1, 0.5f})
                            .getFloat())
                    .isCloseTo(5 / 1.5, within(1e-6));
        }
    }

    @Test
    void normalsAreBroughtToUnitLengthAfterResizing() {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray map = manager.create(new float[] {3, 0, 4}, new Shape(1, 3, 1, 1));
            NDArray prediction = Loss.forKind(NORMALS, OptionalDouble.empty()).prediction(map, 2, 2);
            float[] expected = {0.6f, 0.6f, 0.6f, 0.6f, 0, 0, 0, 0, 0.8f, 0.8f, 0.8f, 0.8f};
            assertThat(Ops.toFloats(prediction)).containsExactly(expected, within(1e-6f));
        }
    }

    /** Central differences in double precision, with ignored pixels among the labels. */
    @Test
    void gradientsAreThoseOfDifferences() {
        Random random = new Random(5);
        for (TaskKind kind : KINDS) {
            for (LossFunction function : LossFunction.choices(kind)) {
                boolean masked = function != LossFunction.BINARY_CROSS_ENTROPY && function != LossFunction.DISTANCE;
                int channels = kind instanceof Normals ? 3 : 1;
                Shape small = new Shape(2, kind.outputs(), 3, 2);
                float[] labels = labels(kind, masked, 2, channels, 5 * 4, random);
                double[] values = random.doubles(small.size(), -2, 2).toArray();
                Loss loss = Loss.of(kind, function, LossParameters.of(OptionalDouble.of(0.9)));
                try (NDManager manager = TorchEngine.newManager()) {
                    NDArray map = manager.create(values, small);
                    map.setRequiresGradient(true);
                    Ops.recordGradients(true);
                    Ops.backward(loss.of(loss.prediction(map, 5, 4), labels));
                    Ops.recordGradients(false);
                    double[] gradient = map.getGradient().toDoubleArray();
                    for (int i = 0; i < values.length; i++) {
                        double step = 1e-6;
                        double difference = (value(manager, loss, values, small, i, step, labels)
                                        - value(manager, loss, values, small, i, -step, labels))
                                / (2 * step);
                        assertThat(gradient[i])
                                .as("%s of %s, value %d", function, kind.id(), i)
                                .isCloseTo(difference, within(1e-6));
                    }
                }
            }
        }
    }

    @Test
    void functionsOfOtherKindsAndLabelsOutOfRangeAreRefused() {
        LossParameters parameters = LossParameters.of(OptionalDouble.empty());
        assertThatThrownBy(() -> Loss.of(DEPTH, LossFunction.CROSS_ENTROPY, parameters))
                .hasMessage(
                        "loss function: value='CrossEntropyLoss', expected=[L1MaskedLossDepth, L1Loss] [task=depth]");
        assertThatThrownBy(() -> LossFunction.of("FocalLoss")).hasMessageContaining("BCEWithLogitsLossWeighted");
        assertThatThrownBy(() -> LossParameters.of(OptionalDouble.of(1.5))).hasMessageContaining("positive_weight");
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray prediction = manager.ones(new Shape(1, 2, 1, 1));
            Loss loss = Loss.forKind(CLASSES, OptionalDouble.empty());
            assertThatThrownBy(() -> loss.of(prediction, new float[] {2}))
                    .hasMessage("label out of range: value=2.0, expected=0..1|255");
        }
    }

    private static double value(
            NDManager manager, Loss loss, double[] values, Shape shape, int index, double step, float[] labels) {
        double[] moved = values.clone();
        moved[index] += step;
        return loss.of(loss.prediction(manager.create(moved, shape), 5, 4), labels)
                .getDouble();
    }

    private static float[] labels(TaskKind kind, boolean masked, int images, int channels, int area, Random random) {
        float[] labels = new float[images * channels * area];
        for (int i = 0; i < labels.length; i++) {
            int pixel = i / (channels * area) * area + i % area;
            boolean ignored = masked && pixel % 5 == 0;
            if (kind instanceof Normals || kind instanceof Depth) {
                labels[i] = ignored ? 0 : 0.1f + random.nextFloat();
            } else {
                labels[i] = ignored ? 255 : random.nextInt(2);
            }
        }
        return labels;
    }

    @Test
    void doublesStayDoubles() {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray prediction = manager.ones(new Shape(1, 1, 2, 2), DataType.FLOAT64);
            NDArray loss = Loss.forKind(DEPTH, OptionalDouble.empty()).of(prediction, new float[] {1, 2, 3, 0});
            assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT64);
            assertThat(loss.getDouble()).isCloseTo(1, within(1e-7));
        }
    }
}
