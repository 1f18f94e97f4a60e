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
        ByteBuffer file = file(floatHeader(shape), Math.multiplyExact(values.length, Float.BYTES));
        file.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return file.array();
    }

    /** The file of uint8 values. */
    public static byte[] bytes(Shape shape, byte[] values) {
        return file(byteHeader(shape), values.length).put(values).array();
    }

    /** What stands before fp32 values, little-endian and row-major. */
    public static byte[] floatHeader(Shape shape) {
        return header("<f4", shape);
    }

    /** What stands before uint8 values, row-major. */
    public static byte[] byteHeader(Shape shape) {
        return header("|u1", shape);
    }

    private static ByteBuffer file(byte[] header, int bytes) {
        return ByteBuffer.allocate(Math.addExact(header.length, bytes)).put(header);
    }

    private static byte[] header(String descriptor, Shape shape) {
        String extents = Arrays.stream(shape.extents()).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String tuple = shape.rank() == 1 ? "(" + extents + ",)" : "(" + extents + ")";
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descriptor, tuple);
        int length = (MAGIC.length + 2 + header.length() + 1 + 63) / 64 * 64 - MAGIC.length - 2;
        ByteBuffer file = ByteBuffer.allocate(MAGIC.length + 2 + length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putShort((short) length);
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        while (file.hasRemaining()) {
            file.put((byte) (file.remaining() == 1 ? '\n' : ' '));
        }
        return file.array();
    }
}
