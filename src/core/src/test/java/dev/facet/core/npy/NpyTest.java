package dev.facet.core.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.SharedData;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @ParameterizedTest
    @CsvSource({
        "F64, <f8",
        "F32, <f4",
        "F16, <f2",
        "I64, <i8",
        "I32, <i4",
        "I16, <i2",
        "I8, |i1",
        "U8, |u1",
        "BOOL, |b1"
    })
    void readsEveryTypeThatNumpyHas(ElementType type, String descriptor) {
        int[] values = IntStream.range(0, 6 * type.sizeBytes()).map(i -> i % 2).toArray();
        ByteBuffer expected = ByteBuffer.allocate(values.length);
        Arrays.stream(values).forEach(value -> expected.put((byte) value));
        byte[] bytes =
                file(1, "{'descr': '%s', 'fortran_order': False, 'shape': (2, 3), }".formatted(descriptor), values);
        assertThat(NpyReader.read(bytes)).isEqualTo(Tensor.wrap(type, new Shape(2, 3), expected.flip()));
    }

    @Test
    void everyRankReadsBack() {
        for (Shape shape :
                new Shape[] {new Shape(), new Shape(1), new Shape(4), new Shape(0, 3), new Shape(1, 2, 3, 4)}) {
            float[] values = new float[(int) shape.elements()];
            byte[] bytes = NpyWriter.floats(shape, values);
            assertThat(NpyReader.read(bytes)).as(shape.toString()).isEqualTo(Tensor.of(shape, values));
            assertThat((bytes.length - Float.BYTES * values.length) % 64).isZero();
        }
    }

    @Test
    void bytesReadBack() {
        byte[] bytes = NpyWriter.bytes(new Shape(2, 3), new byte[] {0, 1, 2, 127, -128, -1});
        assertThat(NpyReader.read(bytes).toFloatArray()).containsExactly(0, 1, 2, 127, 128, 255);
        assertThat((bytes.length - 6) % 64).isZero();
    }

    @Test
    void honoursFortranOrder() {
        // [[1, 2, 3], [4, 5, 6]] column by column.
        byte[] bytes = file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", 1, 4, 2, 5, 3, 6);
        assertThat(NpyReader.read(bytes).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void honoursBigEndianNumbers() {
        byte[] bytes = file(2, "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", 1, 2, 255, 254);
        assertThat(NpyReader.read(bytes).toFloatArray()).containsExactly(258, -2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), }",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296, 4294967296), }",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }",
                "{'descr': '|u1', 'fortran_order': False}",
                "import os",
                ""
            })
    void refusesHeadersThatAreNotOfPlainNumbers(String header) {
        assertThatThrownBy(() -> NpyReader.read(file(1, header, 7, 8))).isInstanceOf(NpyException.class);
    }

    @Test
    void anyDamageIsANpyExceptionOrAnotherReading() {
        long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());
        System.out.println("facet.fuzz.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = NpyWriter.floats(new Shape(2, 3), new float[] {1, 2, 3, 4, 5, 6});
        for (int i = 0; i < 20 * good.length; i++) {
            byte[] bytes = good.clone();
            bytes[i % good.length] = (byte) random.nextInt();
            read(bytes);
            read(Arrays.copyOf(good, i % good.length));
        }
    }

    private static void read(byte[] bytes) {
        try {
            assertThat(NpyReader.read(bytes)).isNotNull();
        } catch (NpyException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }

    @Test
    void readsWhatNumpyWrote() throws IOException {
        Tensor input = NpyReader.read(SharedData.require("golden/normals-r18-rcm-nff/input.npy"));
        assertThat(input.type()).isEqualTo(ElementType.F32);
        assertThat(input.shape()).isEqualTo(new Shape(1, 3, 161, 193));
        assertThat(input.isFinite()).isTrue();
    }

    private static byte[] file(int version, String header, int... values) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(12 + text.length + values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            out.putShort((short) text.length);
        } else {
            out.putInt(text.length);
        }
        out.put(text);
        for (int value : values) {
            out.put((byte) value);
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
