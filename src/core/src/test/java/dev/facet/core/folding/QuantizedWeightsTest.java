package dev.facet.core.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.tensor.Shape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantizedWeightsTest {
    private static Weights random(Shape shape) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return new Weights(shape, values);
    }

    @Test
    void theLargestWeightOfARowIs127Steps() {
        Weights weights = new Weights(new Shape(2, 1, 1, 1), new float[] {-2.54f, 0.127f});
        QuantizedWeights quantized = QuantizedWeights.of(weights, new float[] {0.2f, 0}, 0.1f);
        assertThat(quantized.values()).containsExactly(-127, 127);
        assertThat(quantized.scales()).containsExactly(0.02f, 0.001f);
        assertThat(quantized.bias()).containsExactly(100, 0);
    }

    @Test
    void everyTapIsWithinOneStepAndEveryFiltersSumWithinHalfOfOne() {
        Weights weights = random(new Shape(8, 16, 3, 3));
        QuantizedWeights quantized = QuantizedWeights.of(weights, new float[8], 1);
        for (int row = 0; row < 8; row++) {
            double step = quantized.scales()[row];
            for (int filter = row * 16; filter < (row + 1) * 16; filter++) {
                double sum = 0;
                for (int tap = filter * 9; tap < (filter + 1) * 9; tap++) {
                    double error = quantized.values()[tap] - weights.values()[tap] / step;
                    assertThat(Math.abs(error)).isLessThanOrEqualTo(1);
                    sum += error;
                }
                assertThat(Math.abs(sum)).isLessThanOrEqualTo(0.5 + 1e-6);
            }
        }
    }

    @Test
    void aPointwiseConvolutionKeepsTheSumOfItsRows() {
        Weights weights = random(new Shape(4, 64, 1, 1));
        QuantizedWeights quantized = QuantizedWeights.of(weights, new float[4], 1);
        for (int row = 0; row < 4; row++) {
            double sum = 0;
            for (int i = row * 64; i < (row + 1) * 64; i++) {
                sum += quantized.values()[i]
                        - weights.values()[i] / (double) quantized.scales()[row];
            }
            assertThat(Math.abs(sum)).isLessThanOrEqualTo(0.5 + 1e-6);
        }
    }

    @Test
    void noWeightLeavesItsRangeForTheSum() {
        float[] values = new float[9];
        for (int i = 0; i < 9; i++) {
            values[i] = i == 0 ? 1 : 0.9995f;
        }
        QuantizedWeights quantized = QuantizedWeights.of(new Weights(new Shape(1, 1, 3, 3), values), new float[1], 1);
        for (byte value : quantized.values()) {
            assertThat((int) value).isBetween(126, 127);
        }
    }

    @Test
    void aRowOfZerosKeepsItsBias() {
        Weights weights = new Weights(new Shape(1, 2, 1, 1), new float[2]);
        QuantizedWeights quantized = QuantizedWeights.of(weights, new float[] {3}, 0.5f);
        assertThat(quantized.values()).containsExactly(0, 0);
        assertThat(quantized.bias()[0] * (double) quantized.scales()[0] * 0.5).isBetween(2.999, 3.001);
    }
}
