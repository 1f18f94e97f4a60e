package dev.facet.evaluation.mat;

import dev.facet.core.image.ImageLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses the data of one array element:
 *
 * <pre>
 * flags (class in the lowest byte), extents, name, then by class
 *   1      cells: an array element each
 *   2      structures: length of a field name, names, an array element for each field of each structure
 *   4      characters
 *   6–15   numbers
 * </pre>
 *
 * Depth and number of arrays are bounded, an array has no more numbers than an image may have pixels, and nothing is allocated
 * beyond what the file's own bytes account for.
 */
final class ArrayParser {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_ARRAYS = 200_000;
    private static final int MAX_RANK = 8;
    private static final int MAX_NAME = 256;
    private static final long MAX_NUMBERS = ImageLimits.DEFAULT.maxPixels();
    private static final int CELLS = 1;
    private static final int STRUCTURES = 2;
    private static final int CHARACTERS = 4;
    private static final int FIRST_NUMERIC_CLASS = 6;
    private static final int LAST_NUMERIC_CLASS = 15;
    private static final int COMPLEX = 0x0800;

    private int arrays;

    /** The array, or null if it has another name. */
    MatValue named(ByteBuffer data, String name) {
        int flags = Element.next(data).data().getInt();
        ByteBuffer extents = Element.next(data).data();
        if (!string(Element.next(data).data()).equals(name)) {
            return null;
        }
        return value(data, flags, extents, 0);
    }

    private MatValue nested(ByteBuffer container, int depth) {
        Element element = Element.next(container);
        if (element.type() != Element.ARRAY) {
            throw new MatException("element of type %d where an array was expected".formatted(element.type()));
        }
        if (depth > MAX_DEPTH || ++arrays > MAX_ARRAYS) {
            throw new MatException("too many arrays in each other: depth=%d, count=%d, expected at most %d and %d"
                    .formatted(depth, arrays, MAX_DEPTH, MAX_ARRAYS));
        }
        ByteBuffer data = element.data();
        if (!data.hasRemaining()) {
            return new MatValue.Numbers(List.of(0, 0), 9, ByteBuffer.allocate(0));
        }
        int flags = Element.next(data).data().getInt();
        ByteBuffer extents = Element.next(data).data();
        Element.next(data);
        return value(data, flags, extents, depth);
    }

    private MatValue value(ByteBuffer data, int flags, ByteBuffer extentData, int depth) {
        int kind = flags & 0xFF;
        List<Integer> extents = extents(extentData);
        int count = extents.stream().reduce(1, Math::multiplyExact);
        if (kind == CELLS) {
            return cells(data, count, depth);
        }
        if (kind == STRUCTURES) {
            return structures(data, count, depth);
        }
        if (kind == CHARACTERS) {
            return text(data);
        }
        if (kind < FIRST_NUMERIC_CLASS || kind > LAST_NUMERIC_CLASS || (flags & COMPLEX) != 0) {
            throw new MatException("array of another kind: class=%d, expected real numbers, text, structures or cells"
                    .formatted(kind));
        }
        if (count > MAX_NUMBERS) {
            throw new MatException(
                    "array too large: extents=%s, expected at most %d numbers".formatted(extents, MAX_NUMBERS));
        }
        if (!data.hasRemaining() && count == 0) {
            return new MatValue.Numbers(extents, 9, ByteBuffer.allocate(0));
        }
        Element values = Element.next(data);
        if ((long) count * NumberType.size(values.type()) != values.data().remaining()) {
            throw new MatException("array does not fit: extents=%s, bytes=%d"
                    .formatted(extents, values.data().remaining()));
        }
        return new MatValue.Numbers(extents, values.type(), values.data());
    }

    private MatValue.Cells cells(ByteBuffer data, int count, int depth) {
        expectRoom(data, count, 1);
        List<MatValue> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(nested(data, depth + 1));
        }
        return new MatValue.Cells(values);
    }

    private MatValue.Structures structures(ByteBuffer data, int count, int depth) {
        int length = Element.next(data).data().getInt();
        ByteBuffer nameData = Element.next(data).data();
        if (length < 1 || length > MAX_NAME || nameData.remaining() % length != 0) {
            throw new MatException("field names: length=%d, bytes=%d".formatted(length, nameData.remaining()));
        }
        List<String> names = new ArrayList<>();
        while (nameData.hasRemaining()) {
            String padded = string(nameData.slice(nameData.position(), length));
            nameData.position(nameData.position() + length);
            int end = padded.indexOf(0);
            names.add(end < 0 ? padded : padded.substring(0, end));
        }
        expectRoom(data, count, names.size());
        List<Map<String, MatValue>> elements = new ArrayList<>();
        for (int i = 0; i < count && !names.isEmpty(); i++) {
            Map<String, MatValue> fields = new LinkedHashMap<>();
            for (String name : names) {
                fields.put(name, nested(data, depth + 1));
            }
            elements.add(Collections.unmodifiableMap(fields));
        }
        return new MatValue.Structures(elements);
    }

    /** Every array takes at least its tag of 8 bytes. */
    private static void expectRoom(ByteBuffer data, int count, int fields) {
        if (8L * count * fields > data.remaining()) {
            throw new MatException(
                    "damaged array: %d elements of %d fields in %d bytes".formatted(count, fields, data.remaining()));
        }
    }

    private static MatValue.Text text(ByteBuffer data) {
        if (!data.hasRemaining()) {
            return new MatValue.Text("");
        }
        Element element = Element.next(data);
        byte[] bytes = bytes(element.data());
        return new MatValue.Text(
                switch (element.type()) {
                    case 1, 2, 16 -> new String(bytes, StandardCharsets.UTF_8);
                    case 4, 17 ->
                        new String(
                                bytes,
                                element.data().order() == ByteOrder.LITTLE_ENDIAN
                                        ? StandardCharsets.UTF_16LE
                                        : StandardCharsets.UTF_16BE);
                    default -> throw new MatException("characters of unknown type: type=%d".formatted(element.type()));
                });
    }

    private static List<Integer> extents(ByteBuffer data) {
        int rank = data.remaining() / 4;
        if (rank < 2 || rank > MAX_RANK) {
            throw new MatException("array of rank %d, expected=2..%d".formatted(rank, MAX_RANK));
        }
        List<Integer> extents = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int extent = data.getInt();
            if (extent < 0) {
                throw new MatException("array with a negative extent: %d".formatted(extent));
            }
            extents.add(extent);
        }
        return extents;
    }

    private static String string(ByteBuffer data) {
        return new String(bytes(data.duplicate()), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
