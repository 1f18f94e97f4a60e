package dev.facet.evaluation.mat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes MAT files of level 5, little-endian and uncompressed, as small as tests need them. */
public final class MatFixture {
    private static final int STRUCTURE = 2;
    private static final int CHARACTERS = 4;
    private static final int DOUBLES = 6;
    private static final int SINGLES = 7;
    private static final int BYTES = 9;
    private static final int SHORTS = 11;

    private MatFixture() {}

    /** A file with one variable: a number, a matrix, text, or structures (a list of maps). */
    public static byte[] file(String name, Object value) {
        byte[] element = array(name, value);
        ByteBuffer file = buffer(128 + element.length);
        file.position(124);
        file.putShort((short) 0x0100).put((byte) 'I').put((byte) 'M').put(element);
        return file.array();
    }

    /** A matrix of unsigned shorts, given by rows. */
    public record Shorts(int height, int width, int... rows) {}

    /** A matrix of bytes, given by rows. */
    public record Bytes(int height, int width, int... rows) {}

    /** A matrix of singles, given by rows. */
    public record Singles(int height, int width, double... rows) {}

    /** The numbers of a matrix by rows. */
    static double[] rows(MatValue.Matrix matrix) {
        double[] rows = new double[matrix.height() * matrix.width()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = matrix.at(i / matrix.width(), i % matrix.width());
        }
        return rows;
    }

    private static byte[] array(String name, Object value) {
        if (value instanceof Shorts m) {
            return numbers(name, SHORTS, 4, 2, m.height, m.width, i -> m.rows[i]);
        }
        if (value instanceof Bytes m) {
            return numbers(name, BYTES, 2, 1, m.height, m.width, i -> m.rows[i]);
        }
        if (value instanceof Singles m) {
            return numbers(name, SINGLES, 7, 4, m.height, m.width, i -> m.rows[i]);
        }
        if (value instanceof Number number) {
            return numbers(name, DOUBLES, 9, 8, 1, 1, i -> number.doubleValue());
        }
        if (value instanceof String text) {
            byte[] characters = text.getBytes(StandardCharsets.UTF_8);
            return element(14, head(name, CHARACTERS, 1, characters.length), element(16, characters));
        }
        return structures(name, (List<?>) value);
    }

    private static byte[] structures(String name, List<?> elements) {
        List<String> fields = new ArrayList<>();
        if (!elements.isEmpty()) {
            ((Map<?, ?>) elements.get(0)).keySet().forEach(key -> fields.add((String) key));
        }
        ByteBuffer names = buffer(32 * fields.size());
        for (int i = 0; i < fields.size(); i++) {
            names.position(32 * i).put(fields.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (Object element : elements) {
            for (String field : fields) {
                values.writeBytes(array("", ((Map<?, ?>) element).get(field)));
            }
        }
        byte[] length =
                buffer(8).putShort((short) 5).putShort((short) 4).putInt(32).array();
        return element(
                14, head(name, STRUCTURE, 1, elements.size()), length, element(1, names.array()), values.toByteArray());
    }

    private interface Values {
        double at(int index);
    }

    private static byte[] numbers(String name, int kind, int type, int size, int height, int width, Values values) {
        ByteBuffer data = buffer(height * width * size);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                double value = values.at(y * width + x);
                switch (type) {
                    case 2 -> data.put((byte) value);
                    case 4 -> data.putShort((short) value);
                    case 7 -> data.putFloat((float) value);
                    default -> data.putDouble(value);
                }
            }
        }
        return element(14, head(name, kind, height, width), element(type, data.array()));
    }

    private static byte[] head(String name, int kind, int height, int width) {
        return concatenated(
                element(6, buffer(8).putInt(kind).array()),
                element(5, buffer(8).putInt(height).putInt(width).array()),
                element(1, name.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] element(int type, byte[]... parts) {
        byte[] data = concatenated(parts);
        return buffer(8 + (data.length + 7) / 8 * 8)
                .putInt(type)
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
