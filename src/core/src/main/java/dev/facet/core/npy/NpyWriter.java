package dev.facet.core.npy;

import dev.facet.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes NumPy's format 1.0: little-endian, C order. */
public final class NpyWriter {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    private NpyWriter() {}

    /** The file of fp32 values. */
    public static byte[] floats(Shape shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return file("<f4", shape, bytes);
    }

    /** The file of uint8 values. */
    public static byte[] bytes(Shape shape, byte[] values) {
        return file("|u1", shape, ByteBuffer.wrap(values));
    }

    private static byte[] file(String descriptor, Shape shape, ByteBuffer values) {
        String extents = Arrays.stream(shape.extents()).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String tuple = shape.rank() == 1 ? "(" + extents + ",)" : "(" + extents + ")";
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descriptor, tuple);
        int length = (MAGIC.length + 2 + header.length() + 1 + 63) / 64 * 64 - MAGIC.length - 2;
        ByteBuffer file = ByteBuffer.allocate(MAGIC.length + 2 + length + values.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putShort((short) length);
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        while (file.position() < MAGIC.length + 2 + length - 1) {
            file.put((byte) ' ');
        }
        return file.put((byte) '\n').put(values).array();
    }
}
