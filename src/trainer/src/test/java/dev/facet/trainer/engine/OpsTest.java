package dev.facet.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpsTest {
    @Test
    void valuesAreSetToTheBitWhateverWasThere() {
        Tensor values = Tensor.of(new Shape(2, 3), -0.0f, 0, 1e-40f, 3, -7, Float.MAX_VALUE);
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray array = manager.create(
                    new float[] {Float.NaN, 1, 2, Float.POSITIVE_INFINITY, 4, 5}, new ai.djl.ndarray.types.Shape(2, 3));
            array.setRequiresGradient(true);
            Ops.set(array, values);
            assertThat(Ops.toTensor(array)).isEqualTo(values);
        }
    }

    @Test
    void doublesGoInAndOutUnchanged() {
        Tensor values = Tensor.ofDoubles(new Shape(2), Math.PI, -1e-300);
        try (NDManager manager = TorchEngine.newManager()) {
            assertThat(Ops.toTensor(Ops.of(manager, values, DataType.FLOAT64))).isEqualTo(values);
        }
    }

    /** bfloat16 has 8 bits of mantissa: what is exact in it comes back to the bit, the rest within 2⁻⁸. */
    @Test
    void narrowArraysRoundAndGradientsPassThrough() {
        float[] values = {1, -0.5f, 3.140625f, 1e30f, 1 + 1f / 256, 0.1f};
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray x = manager.create(values);
            x.setRequiresGradient(true);
            Ops.recordGradients(true);
            NDArray narrow = Ops.narrow(x);
            assertThat(Ops.isNarrow(narrow)).isTrue();
            assertThat(Ops.narrow(narrow)).isSameAs(narrow);
            NDArray wide = Ops.widen(narrow);
            Ops.backward(
                    wide.mul(manager.create(new float[] {1, 2, 3, 4, 5, 6})).sum());
            Ops.recordGradients(false);
            assertThat(Ops.isNarrow(wide)).isFalse();
            assertThat(Ops.toFloats(wide)).containsExactly(1, -0.5f, 3.140625f, 0x1.94p99f, 1, 0x1.9ap-4f);
            assertThat(Ops.toFloats(x.getGradient())).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    /** With few channels, the engine's own kernel for this gradient damages the heap, which ends the process sooner or later. */
    @Test
    void stridedPointwiseConvolutionsOfFewChannelsHaveTheirGradientsInBfloat16() {
        Random random = new Random(4);
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray x = random(manager, random, 8, 3, 192, 192).toType(DataType.FLOAT32, false);
            NDArray weight = random(manager, random, 64, 3, 1, 1).toType(DataType.FLOAT32, false);
            float[] expected = stridedGradient(x, weight);
            for (int i = 0; i < 30; i++) {
                float[] gradient = stridedGradient(Ops.narrow(x), weight);
                for (int k = 0; k < expected.length; k++) {
                    assertThat(gradient[k]).isCloseTo(expected[k], within(0.02f * (1 + Math.abs(expected[k]))));
                }
            }
        }
    }

    /** Of the mean of squares of the outputs, by the weights. */
    private static float[] stridedGradient(NDArray x, NDArray weight) {
        weight.setRequiresGradient(true);
        Ops.zeroGradient(weight);
        Ops.recordGradients(true);
        NDArray y = Ops.widen(Ops.convolution(x, weight, null, 2, 0, 1, 1));
        assertThat(y.getShape()).isEqualTo(new ai.djl.ndarray.types.Shape(8, 64, 96, 96));
        Ops.backward(y.square().mean().mul(64f));
        Ops.recordGradients(false);
        return Ops.toFloats(weight.getGradient());
    }

    /** Against central differences in double precision: convolution, training norm, resizing, pooling. */
    @Test
    void gradientsAreThoseOfDifferences() {
        Random random = new Random(2);
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray filter = random(manager, random, 4, 3, 3, 3);
            NDArray scale = random(manager, random, 4);
            NDArray shift = random(manager, random, 4);
            NDArray weights = random(manager, random, 2, 4, 9, 7);
            Gradients.check(random(manager, random, 2, 3, 5, 4), x -> {
                NDArray y = Ops.convolution(x, filter, null, 1, 2, 2, 1);
                NDArray mean = y.getManager().zeros(scale.getShape(), DataType.FLOAT64);
                NDArray variance = y.getManager().ones(scale.getShape(), DataType.FLOAT64);
                y = Ops.batchNorm(y, mean, variance, scale, shift, true, 0.1, 1e-5);
                return Ops.enlarge(y, 9, 7).mul(weights).sum();
            });
            Gradients.check(scale, g -> {
                NDArray x = random(g.getManager(), new Random(3), 2, 4, 3, 3);
                NDArray mean = x.getManager().zeros(scale.getShape(), DataType.FLOAT64);
                NDArray variance = x.getManager().ones(scale.getShape(), DataType.FLOAT64);
                return Ops.batchNorm(x, mean, variance, g, shift, true, 0.1, 1e-5)
                        .square()
                        .sum();
            });
            NDArray pooled = random(manager, random, 2, 3, 1, 1);
            Gradients.check(
                    random(manager, random, 2, 3, 4, 5),
                    x -> Ops.globalMean(Ops.maxPool(x, 3, 2, 1)).mul(pooled).sum());
        }
    }

    /** The engine's own dilated convolution is what it must be, in the values, and in both gradients by central differences. */
    @Test
    void dilatedDepthwiseConvolutionIsTheEngines() {
        Random random = new Random(4);
        try (NDManager manager = TorchEngine.newManager()) {
            for (int rate : new int[] {1, 2, 3, 6}) {
                for (long[] size : new long[][] {{6, 6}, {7, 4}, {1, 5}}) {
                    NDArray filter = random(manager, random, 3, 1, 3, 3);
                    NDArray x = random(manager, random, 2, 3, size[0], size[1]);
                    NDArray weights = random(manager, random, 2, 3, size[0], size[1]);
                    NDArray expected = Ops.convolution(x, filter, null, 1, rate, rate, 3);
                    NDArray actual = Ops.depthwise(x, filter, rate);
                    assertThat(actual.getShape()).isEqualTo(expected.getShape());
                    assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(1e-12));
                    Gradients.check(
                            x, v -> Ops.depthwise(v, filter, rate).mul(weights).sum());
                    Gradients.check(
                            filter, v -> Ops.depthwise(x, v, rate).mul(weights).sum());
                }
            }
        }
    }

    private static NDArray random(NDManager manager, Random random, long... extents) {
        var shape = new ai.djl.ndarray.types.Shape(extents);
        return manager.create(random.doubles(shape.size(), -1, 1).toArray(), shape);
    }
}
