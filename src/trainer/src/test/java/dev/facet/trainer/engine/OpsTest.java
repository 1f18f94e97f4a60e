package dev.facet.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static NDArray random(NDManager manager, Random random, long... extents) {
        var shape = new ai.djl.ndarray.types.Shape(extents);
        return manager.create(random.doubles(shape.size(), -1, 1).toArray(), shape);
    }
}
