package dev.facet.evaluation.mat;

import dev.facet.core.failure.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;

/**
 * Reads one variable of a MAT file of level 5 (MATLAB up to v7, SciPy):
 *
 * <pre>
 * header    128 bytes; bytes 126–127 are "IM" where the file is little-endian
 * elements  int32 type, int32 bytes, data padded to 8 (or int16 bytes, int16 type and data in 8 bytes together)
 *   15      zlib stream of one element, not padded
 *   14      array: {@link ArrayParser}
 * </pre>
 *
 * Files and inflated variables above 256 MiB, arrays of more numbers than an image may have pixels, complex and sparse numbers
 * and objects are refused. Thread-safe.
 */
public final class MatReader {
    private static final int MAX_BYTES = 1 << 28;
    private static final int HEADER_BYTES = 128;
    private static final int COMPRESSED = 15;

    private MatReader() {}

    /**
     * Reads the variable of that name.
     *
     * @throws MatException naming the file: it can't be read, is damaged or has no such variable
     */
    public static MatValue read(Path file, String name) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new MatException(
                        "MAT file too large: bytes=%d, expected at most %d".formatted(Files.size(file), MAX_BYTES));
            }
            return find(Files.readAllBytes(file), name);
        } catch (MatException e) {
            throw new MatException("%s [file=%s]".formatted(e.getMessage(), file), e);
        } catch (FileSystemException e) {
            throw new MatException("MAT file can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        } catch (IOException | BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw new MatException("damaged MAT file: %s [file=%s]".formatted(Failures.describe(e), file), e);
        }
    }

    private static MatValue find(byte[] bytes, String name) throws IOException {
        if (bytes.length < HEADER_BYTES || bytes[124] + bytes[125] != 1) {
            boolean hierarchical =
                    new String(bytes, 0, Math.min(bytes.length, 10), StandardCharsets.US_ASCII).equals("MATLAB 7.3");
            throw new MatException(
                    hierarchical
                            ? "MAT file of version 7.3 (HDF5), expected one of version 5 to 7"
                            : "not a MAT file of level 5: bytes=%d".formatted(bytes.length));
        }
        ByteOrder order = bytes[126] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order).position(HEADER_BYTES);
        while (buffer.remaining() >= 8) {
            Element element = Element.next(buffer);
            if (element.type() == COMPRESSED) {
                element = Element.next(inflated(element.data()).order(order));
            }
            if (element.type() == Element.ARRAY) {
                MatValue value = new ArrayParser().named(element.data(), name);
                if (value != null) {
                    return value;
                }
            }
        }
        throw new MatException("no such variable: name='%s'".formatted(name));
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
}
