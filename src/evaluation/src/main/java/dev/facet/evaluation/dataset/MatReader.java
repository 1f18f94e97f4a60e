package dev.facet.evaluation.dataset;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;

/**
 * Reads one matrix of real numbers by name from a MAT file of level 5 (MATLAB up to v7, SciPy), as the reference writes depth:
 *
 * <pre>
 * header    128 bytes; bytes 126–127 are "IM" where the file is little-endian
 * elements  int32 type, int32 bytes, data padded to 8 (or int16 bytes, int16 type and data in 8 bytes together)
 *   15      zlib stream of one element, not padded
 *   14      matrix: flags (class in the lowest byte), extents, name, values in column-major order
 * </pre>
 *
 * Structures, cells and complex numbers are refused. Thread-safe.
 */
final class MatReader {
    private static final int MAX_BYTES = 1 << 28;
    private static final int HEADER_BYTES = 128;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;
    private static final int FIRST_NUMERIC_CLASS = 6;
    private static final int LAST_NUMERIC_CLASS = 15;
    private static final int COMPLEX = 0x0800;

    /** A matrix, row-major. */
    record Matrix(int height, int width, float[] values) {}

    private record Element(int type, ByteBuffer data) {}

    private MatReader() {}

    /** Reads the matrix of that name; every failure is a {@link DatasetException} that names the file. */
    static Matrix read(Path file, String name) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DatasetException("MAT file too large: bytes=%d, expected at most %d [file=%s]"
                        .formatted(Files.size(file), MAX_BYTES, file));
            }
            return find(Files.readAllBytes(file), name, file);
        } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
            throw new DatasetException("damaged MAT file: %s [file=%s]".formatted(e, file), e);
        }
    }

    private static Matrix find(byte[] bytes, String name, Path file) throws IOException {
        if (bytes.length < HEADER_BYTES || bytes[124] + bytes[125] != 1) {
            throw new DatasetException("not a MAT file of level 5: bytes=%d [file=%s]".formatted(bytes.length, file));
        }
        ByteOrder order = bytes[126] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order).position(HEADER_BYTES);
        while (buffer.remaining() >= 8) {
            Element element = next(buffer);
            if (element.type == COMPRESSED) {
                element = next(inflated(element.data).order(order));
            }
            if (element.type == MATRIX) {
                Matrix matrix = matrix(element.data, name, file);
                if (matrix != null) {
                    return matrix;
                }
            }
        }
        throw new DatasetException("no such matrix: name='%s' [file=%s]".formatted(name, file));
    }

    private static Element next(ByteBuffer buffer) {
        int type = buffer.getInt();
        int length = type >>> 16;
        if (length > 4) {
            throw new BufferUnderflowException();
        }
        if (length > 0) {
            Element small = new Element(type & 0xFFFF, slice(buffer, buffer.position(), length));
            buffer.position(buffer.position() + 4);
            return small;
        }
        length = buffer.getInt();
        Element element = new Element(type, slice(buffer, buffer.position(), length));
        int padding = type == COMPRESSED ? 0 : -length & 7;
        buffer.position(Math.min(buffer.limit(), buffer.position() + length + padding));
        return element;
    }

    private static ByteBuffer slice(ByteBuffer buffer, int position, int length) {
        if (length < 0 || length > buffer.limit() - position) {
            throw new BufferUnderflowException();
        }
        return buffer.slice(position, length).order(buffer.order());
    }

    private static ByteBuffer inflated(ByteBuffer data) throws IOException {
        byte[] packed = new byte[data.remaining()];
        data.get(packed);
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("more than %d bytes inflated".formatted(MAX_BYTES));
            }
            return ByteBuffer.wrap(bytes);
        }
    }

    /** The matrix, or null if it has another name. */
    private static Matrix matrix(ByteBuffer data, String name, Path file) {
        int flags = next(data).data.getInt();
        ByteBuffer extents = next(data).data;
        ByteBuffer text = next(data).data;
        byte[] characters = new byte[text.remaining()];
        text.get(characters);
        if (!new String(characters, StandardCharsets.US_ASCII).equals(name)) {
            return null;
        }
        int kind = flags & 0xFF;
        if (kind < FIRST_NUMERIC_CLASS || kind > LAST_NUMERIC_CLASS || (flags & COMPLEX) != 0) {
            throw new DatasetException(
                    "no matrix of real numbers: name='%s', class=%d [file=%s]".formatted(name, kind, file));
        }
        int height = extents.getInt();
        int width = extents.getInt();
        Element values = next(data);
        int size = size(values.type);
        if (extents.hasRemaining()
                || height < 1
                || width < 1
                || (long) height * width * size != values.data.remaining()) {
            throw new DatasetException("matrix does not fit: height=%d, width=%d, bytes=%d [file=%s]"
                    .formatted(height, width, values.data.remaining(), file));
        }
        float[] rows = new float[height * width];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                rows[y * width + x] = (float) number(values.data, values.type);
            }
        }
        return new Matrix(height, width, rows);
    }

    private static int size(int type) {
        return switch (type) {
            case 1, 2 -> 1;
            case 3, 4 -> 2;
            case 5, 6, 7 -> 4;
            case 9, 12, 13 -> 8;
            default -> throw new IllegalArgumentException("values of unknown type: type=" + type);
        };
    }

    private static double number(ByteBuffer data, int type) {
        return switch (type) {
            case 1 -> data.get();
            case 2 -> data.get() & 0xFF;
            case 3 -> data.getShort();
            case 4 -> data.getShort() & 0xFFFF;
            case 5 -> data.getInt();
            case 6 -> data.getInt() & 0xFFFFFFFFL;
            case 7 -> data.getFloat();
            case 9 -> data.getDouble();
            default -> data.getLong();
        };
    }
}
