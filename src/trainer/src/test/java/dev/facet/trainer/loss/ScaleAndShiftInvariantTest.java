package dev.facet.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.task.Depth;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the paper's definition, written down once more with loops over lists. */
class ScaleAndShiftInvariantTest {
    private static final Loss LOSS = Loss.forKind(Depth.INVERSE, OptionalDouble.empty());

    @Test
    void isWhatThePaperDefines() {
        Random random = new Random(3);
        for (int[] size : new int[][] {{1, 1, 2}, {1, 5, 1}, {2, 9, 11}, {3, 17, 20}}) {
            int count = size[0] * size[1] * size[2];
            double[] prediction = random.doubles(count, -3, 3).toArray();
            float[] labels = new float[count];
            for (int i = 0; i < count; i++) {
                labels[i] = i % 7 == 3 ? 0 : 1 + random.nextFloat();
            }
            assertThat(value(prediction, labels, size))
                    .as("%d×%d×%d", size[0], size[1], size[2])
                    .isCloseTo(reference(prediction, labels, size), within(1e-6));
        }
    }

    /** Medians 3 and 2, mean deviations 6/5 and 7/5. */
    @Test
    void hasTheNumbersThatAHandFinds() {
        double[] prediction = {1, 2, 3, 4, 5};
        float[] labels = {1, 1.5f, 2, 3, 6.5f};
        double[] own = {-2 / 1.2, -1 / 1.2, 0, 1 / 1.2, 2 / 1.2};
        double[] truth = {-1 / 1.4, -0.5 / 1.4, 0, 1 / 1.4, 4.5 / 1.4};
        double[] residuals = new double[5];
        for (int i = 0; i < 5; i++) {
            residuals[i] = own[i] - truth[i];
        }
        // The largest, of the last pixel, is left out.
        double trimmed = (-residuals[0] - residuals[1] + 0 + residuals[3]) / 10;
        double fine =
                (residuals[1] - residuals[0] + residuals[2] - residuals[1] + residuals[3] + residuals[3] - residuals[4])
                        / 5;
        double half = (-residuals[0] - residuals[4]) / 3;
        double quarter = (residuals[0] - residuals[4]) / 2;
        double expected = trimmed + 0.5 * (fine + half + Math.abs(quarter));
        assertThat(value(prediction, labels, new int[] {1, 1, 5})).isCloseTo(expected, within(1e-7));
    }

    @Test
    void scaleAndShiftOfEitherSideMeanNothing() {
        Random random = new Random(4);
        int[] size = {2, 8, 9};
        double[] prediction = random.doubles(144, -1, 1).toArray();
        float[] labels = new float[144];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 5 == 0 ? 0 : 1 + random.nextFloat();
        }
        double value = value(prediction, labels, size);
        double[] moved = prediction.clone();
        float[] others = labels.clone();
        for (int i = 0; i < 144; i++) {
            // Each image by its own.
            moved[i] = i < 72 ? 7 * prediction[i] - 100 : 0.01 * prediction[i] + 3;
            others[i] = labels[i] == 0 ? 0 : i < 72 ? 0.25f * labels[i] : labels[i] + 2;
        }
        assertThat(value(moved, labels, size)).isCloseTo(value, within(1e-7));
        assertThat(value(prediction, others, size)).isCloseTo(value, within(1e-5));
        for (int i = 0; i < 144; i++) {
            moved[i] = -prediction[i];
        }
        assertThat(value(moved, labels, size)).as("near is far").isNotCloseTo(value, within(1e-3));
    }

    @Test
    void ignoredPixelsAndImagesWithoutDepthChangeNothing() {
        Random random = new Random(8);
        double[] prediction = random.doubles(3 * 30, -1, 1).toArray();
        float[] labels = new float[3 * 30];
        for (int i = 0; i < 30; i++) {
            labels[i] = i % 4 == 0 ? 0 : 1 + random.nextFloat();
            // Nothing known, and nothing but one depth.
            labels[60 + i] = 5;
        }
        double alone = value(Arrays.copyOf(prediction, 30), Arrays.copyOf(labels, 30), new int[] {1, 5, 6});
        assertThat(value(prediction, labels, new int[] {3, 5, 6})).isCloseTo(alone, within(1e-7));
        double[] gradient = gradient(prediction, labels, new int[] {3, 5, 6});
        for (int i = 0; i < gradient.length; i++) {
            if (labels[i] == 0 || i >= 30) {
                assertThat(gradient[i]).as("pixel %d", i).isZero();
            }
        }
        for (int i = 0; i < 30; i += 4) {
            prediction[i] = 1e6;
        }
        assertThat(value(prediction, labels, new int[] {3, 5, 6})).isCloseTo(alone, within(1e-7));
    }

    /** Through the median and the deviation too: against central differences of the loops below. */
    @Test
    void gradientsFlowThroughTheAlignment() {
        Random random = new Random(6);
        int[] size = {2, 6, 7};
        double[] prediction = random.doubles(84, -2, 2).toArray();
        float[] labels = new float[84];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 6 == 1 ? 0 : 1 + random.nextFloat();
        }
        double[] gradient = gradient(prediction, labels, size);
        double sum = 0;
        double along = 0;
        for (int i = 0; i < gradient.length; i++) {
            double[] more = prediction.clone();
            double[] less = prediction.clone();
            more[i] += 1e-7;
            less[i] -= 1e-7;
            double difference = (reference(more, labels, size) - reference(less, labels, size)) / 2e-7;
            assertThat(gradient[i]).as("pixel %d", i).isCloseTo(difference, within(1e-5));
            sum += gradient[i];
            along += gradient[i] * prediction[i];
        }
        // Neither a shift nor a scale changes the loss.
        assertThat(sum).isCloseTo(0, within(1e-9));
        assertThat(along).isCloseTo(0, within(1e-9));
    }

    @Test
    void aFlatPredictionHasAFiniteGradient() {
        float[] labels = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        for (double slope : gradient(new double[9], labels, new int[] {1, 3, 3})) {
            assertThat(slope).isBetween(-1e4, 1e4);
        }
    }

    private static double value(double[] prediction, float[] labels, int[] size) {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray array = manager.create(prediction, new Shape(size[0], 1, size[1], size[2]));
            return LOSS.of(array, labels).getDouble();
        }
    }

    private static double[] gradient(double[] prediction, float[] labels, int[] size) {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray array = manager.create(prediction, new Shape(size[0], 1, size[1], size[2]));
            array.setRequiresGradient(true);
            Ops.recordGradients(true);
            Ops.backward(LOSS.of(array, labels));
            Ops.recordGradients(false);
            return array.getGradient().toDoubleArray();
        }
    }

    private static double reference(double[] prediction, float[] labels, int[] size) {
        double sum = 0;
        int images = 0;
        int area = size[1] * size[2];
        for (int image = 0; image < size[0]; image++) {
            Double[][] own = new Double[size[1]][size[2]];
            Double[][] truth = new Double[size[1]][size[2]];
            for (int i = 0; i < area; i++) {
                if (labels[image * area + i] != 0) {
                    own[i / size[2]][i % size[2]] = prediction[image * area + i];
                    truth[i / size[2]][i % size[2]] = (double) labels[image * area + i];
                }
            }
            if (known(truth).stream().distinct().count() < 2) {
                continue;
            }
            normalise(own);
            normalise(truth);
            for (int y = 0; y < size[1]; y++) {
                for (int x = 0; x < size[2]; x++) {
                    own[y][x] = own[y][x] == null ? null : own[y][x] - truth[y][x];
                }
            }
            sum += oneImage(own);
            images++;
        }
        return images == 0 ? 0 : sum / images;
    }

    private static double oneImage(Double[][] residuals) {
        List<Double> sizes = new ArrayList<>();
        known(residuals).forEach(residual -> sizes.add(Math.abs(residual)));
        Collections.sort(sizes);
        double loss = 0;
        for (int i = 0; i < (int) (0.8 * sizes.size()); i++) {
            loss += sizes.get(i) / (2 * sizes.size());
        }
        for (int step = 1; step <= 8; step *= 2) {
            double differences = 0;
            int known = 0;
            for (int y = 0; y < residuals.length; y += step) {
                for (int x = 0; x < residuals[0].length; x += step) {
                    Double here = residuals[y][x];
                    known += here == null ? 0 : 1;
                    differences += difference(here, residuals, y, x + step) + difference(here, residuals, y + step, x);
                }
            }
            loss += known == 0 ? 0 : 0.5 * differences / known;
        }
        return loss;
    }

    private static double difference(Double here, Double[][] residuals, int y, int x) {
        boolean inside = y < residuals.length && x < residuals[0].length;
        return here == null || !inside || residuals[y][x] == null ? 0 : Math.abs(here - residuals[y][x]);
    }

    private static void normalise(Double[][] values) {
        List<Double> known = known(values);
        Collections.sort(known);
        double median = known.get((known.size() - 1) / 2);
        double deviation = known.stream()
                .mapToDouble(value -> Math.abs(value - median))
                .average()
                .orElseThrow();
        for (Double[] row : values) {
            for (int x = 0; x < row.length; x++) {
                row[x] = row[x] == null ? null : (row[x] - median) / deviation;
            }
        }
    }

    private static List<Double> known(Double[][] values) {
        List<Double> known = new ArrayList<>();
        for (Double[] row : values) {
            for (Double value : row) {
                if (value != null) {
                    known.add(value);
                }
            }
        }
        return known;
    }
}
