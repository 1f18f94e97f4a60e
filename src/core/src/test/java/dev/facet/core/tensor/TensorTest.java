package dev.facet.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    @Test
    void valuesAreCopiedAndReadOnly() {
        float[] values = {1, 2, 3};
        Tensor tensor = Tensor.of(new Shape(3), values);
        values[0] = 9;
        tensor.toFloatArray()[1] = 9;
        assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> tensor.data().put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void dataMustFillTheShape() {
        assertThatThrownBy(() -> Tensor.wrap(ElementType.F32, new Shape(2), ByteBuffer.allocate(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes=7, expected=8");
        assertThatThrownBy(() -> Tensor.wrap(ElementType.F32, new Shape(1L << 62, 4), ByteBuffer.allocate(0)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void roundingToHalfIsSeenAndWideningIsNot() {
        Tensor tensor = Tensor.of(new Shape(2), 0.1f, 0.5f);
        assertThat(tensor.toFloat16().toFloat32().toFloatArray()).containsExactly(0.099975586f, 0.5f);
        assertThat(tensor.toFloat32()).isSameAs(tensor);
    }

    @Test
    void seesValuesThatAreNotFinite() {
        assertThat(Tensor.of(new Shape(2), 1, Float.NaN).isFinite()).isFalse();
        assertThat(Tensor.of(new Shape(1), 1e30f).toFloat16().isFinite()).isFalse();
        ByteBuffer large =
                ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN).putDouble(0, 1e300);
        assertThat(Tensor.wrap(ElementType.F64, new Shape(1), large).isFinite()).isFalse();
        assertThat(Tensor.ofBytes(new Shape(1), (byte) -1).isFinite()).isTrue();
    }

    /** A tensor with every pattern of 16 bits, more values than are handled together. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyHalfIsWidenedAndJudgedAsItIs(ElementType type) {
        ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            all.putShort(2 * bits, (short) bits);
        }
        float[] widened = Tensor.wrap(type, new Shape(1 << 16), all).toFloatArray();
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value =
                    type == ElementType.F16 ? HalfFloat.toFloat((short) bits) : HalfFloat.brainToFloat((short) bits);
            assertThat(Float.floatToRawIntBits(widened[bits])).isEqualTo(Float.floatToRawIntBits(value));
            ByteBuffer one =
                    ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) bits);
            assertThat(Tensor.wrap(type, new Shape(1), one).isFinite()).isEqualTo(Float.isFinite(value));
        }
        ByteBuffer last = ByteBuffer.allocate(40_000).order(ByteOrder.LITTLE_ENDIAN);
        last.putShort(39_998, (short) 0x7F80);
        assertThat(Tensor.wrap(type, new Shape(20_000), last).isFinite()).isFalse();
    }
}
