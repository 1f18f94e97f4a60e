package dev.facet.core.npy;

import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads NumPy's formats 1.0 to 3.0: little- or big-endian numbers, C or Fortran order; no objects. */
public final class NpyReader {
    private static final int MAX_BYTES = 1 << 30;
    private static final int MAX_RANK = 8;
    private static final Pattern HEADER = Pattern.compile("\\{\\s*'descr':\\s*'([<>|=]?)([a-z])(\\d{1,2})',\\s*"
            + "'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([\\d,\\sL]*)\\),?\\s*\\}\\s*");
    private static final Map<String, ElementType> TYPES = Map.of(
            "f8", ElementType.F64,
            "f4", ElementType.F32,
            "f2", ElementType.F16,
            "i8", ElementType.I64,
            "i4", ElementType.I32,
            "i2", ElementType.I16,
            "i1", ElementType.I8,
            "u1", ElementType.U8,
            "b1", ElementType.BOOL);

    private NpyReader() {}

    /**
     * Reads a file.
     *
     * @throws NpyException if it isn't an array of numbers
     * @throws IOException if it can't be read
     */
    public static Tensor read(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new NpyException("array too large: bytes=%d, expected at most %d [file=%s]"
                    .formatted(Files.size(path), MAX_BYTES, path.getFileName()));
        }
        try {
            return read(Files.readAllBytes(path));
        } catch (NpyException e) {
            throw new NpyException("%s [file=%s]".formatted(e.getMessage(), path.getFileName()));
        }
    }

    /** Reads bytes. */
    public static Tensor read(byte[] bytes) {
        if (bytes.length < 12
                || (bytes[0] & 0xFF) != 0x93
                || !ascii(bytes, 1, 5).equals("NUMPY")) {
            throw new NpyException("not a NumPy array: bytes=%d".formatted(bytes.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean first = bytes[6] == 1;
        long length = first ? buffer.getShort(8) & 0xFFFF : buffer.getInt(8) & 0xFFFFFFFFL;
        int begin = first ? 10 : 12;
        if (bytes[6] < 1 || bytes[6] > 3 || length > bytes.length - begin || length > 1 << 16) {
            throw new NpyException("damaged NumPy header: version=%d, length=%d".formatted(bytes[6], length));
        }
        String header = ascii(bytes, begin, (int) length);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(2) + matcher.group(3))) {
            throw new NpyException(
                    "unknown NumPy header: '%s', expected numbers of a plain type".formatted(header.trim()));
        }
        ElementType type = TYPES.get(matcher.group(2) + matcher.group(3));
        Shape shape = shape(matcher.group(5));
        int offset = begin + (int) length;
        if (shape.elements() > MAX_BYTES || shape.elements() * type.sizeBytes() != bytes.length - offset) {
            throw new NpyException("array of shape %s wants %d bytes a value, file holds %d bytes of values"
                    .formatted(shape, type.sizeBytes(), bytes.length - offset));
        }
        ByteBuffer values =
                ByteBuffer.wrap(bytes, offset, bytes.length - offset).slice();
        if (matcher.group(1).equals(">")) {
            values = reversed(values, type.sizeBytes());
        }
        if (matcher.group(4).equals("True") && shape.rank() > 1) {
            values = fromFortran(values, shape, type.sizeBytes());
        }
        return Tensor.wrap(type, shape, values);
    }

    private static String ascii(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static Shape shape(String tuple) {
        String[] parts = tuple.replace("L", "").trim().split("\\s*,\\s*");
        if (parts.length > MAX_RANK) {
            throw new NpyException("too many dimensions: shape=(%s), expected at most %d".formatted(tuple, MAX_RANK));
        }
        try {
            long[] extents = parts.length == 1 && parts[0].isEmpty()
                    ? new long[0]
                    : Arrays.stream(parts).mapToLong(Long::parseLong).toArray();
            Shape shape = new Shape(extents);
            shape.elements();
            return shape;
        } catch (NumberFormatException | ArithmeticException e) {
            throw new NpyException("bad shape: (%s)".formatted(tuple));
        }
    }

    private static ByteBuffer reversed(ByteBuffer values, int width) {
        byte[] result = new byte[values.remaining()];
        for (int i = 0; i < result.length; i++) {
            result[i] = values.get(i / width * width + width - 1 - i % width);
        }
        return ByteBuffer.wrap(result);
    }

    private static ByteBuffer fromFortran(ByteBuffer values, Shape shape, int width) {
        byte[] result = new byte[values.remaining()];
        long[] extents = shape.extents();
        int[] index = new int[extents.length];
        for (int to = 0; to < result.length; to += width) {
            long from = 0;
            for (int d = extents.length - 1; d >= 0; d--) {
                from = from * extents[d] + index[d];
            }
            for (int i = 0; i < width; i++) {
                result[to + i] = values.get((int) from * width + i);
            }
            for (int d = extents.length - 1; d >= 0 && ++index[d] == extents[d]; d--) {
                index[d] = 0;
            }
        }
        return ByteBuffer.wrap(result);
    }
}
