package dev.facet.core.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads safetensors strictly: 8 bytes little-endian header length, a JSON header with type, shape and offsets of every
 * tensor and {@code __metadata__}, then the data section.
 *
 * <p>The header's length is bounded before it is read, duplicate keys are refused, and the tensors must cover the data
 * section from its first byte to its last without hole or overlap. Everything else is a {@link SafetensorsException}.
 */
public final class SafetensorsReader {
    /** Largest header accepted: 8 MiB. */
    public static final int MAX_HEADER_BYTES = 8 << 20;

    /** Largest number of tensors accepted. */
    public static final int MAX_TENSORS = 100_000;

    private static final int MAX_RANK = 8;
    private static final int MAX_NAME_LENGTH = 512;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(32)
                            .maxStringLength(MAX_HEADER_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private SafetensorsReader() {}

    /**
     * Reads a file.
     *
     * @param maxBytes largest file accepted, at most 2 GiB − 1
     * @throws SafetensorsException if it is larger, or isn't a safetensors file
     * @throws IOException if it can't be read
     */
    public static SafetensorsFile read(Path path, long maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > maxBytes || size > Integer.MAX_VALUE - 16) {
                throw new SafetensorsException("file too large: bytes=%d, expected at most %d [file=%s]"
                        .formatted(size, Math.min(maxBytes, Integer.MAX_VALUE - 16), path.getFileName()));
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining()) {
                if (channel.read(content) < 0) {
                    throw new SafetensorsException("file ended while it was read: bytes=%d, expected=%d [file=%s]"
                            .formatted(content.position(), size, path.getFileName()));
                }
            }
            return read(content.flip());
        }
    }

    /**
     * Reads bytes from position to limit. The tensors are views of {@code content}: the caller no longer touches it.
     *
     * @throws SafetensorsException if they aren't a safetensors file
     */
    public static SafetensorsFile read(ByteBuffer content) {
        ByteBuffer bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < Long.BYTES) {
            throw new SafetensorsException(
                    "file too short: bytes=%d, expected at least %d".formatted(bytes.remaining(), Long.BYTES));
        }
        long headerLength = bytes.getLong(0);
        if (headerLength < 2 || headerLength > MAX_HEADER_BYTES || headerLength > bytes.limit() - Long.BYTES) {
            throw new SafetensorsException("header length out of bounds: value=%d, expected 2..%d"
                    .formatted(headerLength, Math.min(MAX_HEADER_BYTES, bytes.limit() - Long.BYTES)));
        }
        byte[] header = new byte[(int) headerLength];
        bytes.get(Long.BYTES, header);
        JsonNode root = parse(header);
        ByteBuffer data = bytes.slice(Long.BYTES + header.length, bytes.limit() - Long.BYTES - header.length);
        Map<String, String> metadata = Map.of();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals("__metadata__")) {
                metadata = metadata(field.getValue());
            } else {
                entries.add(entry(field.getKey(), field.getValue(), data.limit()));
            }
            if (entries.size() > MAX_TENSORS) {
                throw new SafetensorsException("too many tensors: expected at most %d".formatted(MAX_TENSORS));
            }
        }
        return new SafetensorsFile(metadata, tensors(entries, data));
    }

    private static JsonNode parse(byte[] header) {
        try {
            JsonNode root = JSON.readTree(header);
            if (root == null || !root.isObject()) {
                throw new SafetensorsException("header is not a JSON object");
            }
            return root;
        } catch (IOException e) {
            throw new SafetensorsException("header is not valid JSON: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static Map<String, String> metadata(JsonNode node) {
        if (!node.isObject()) {
            throw new SafetensorsException("__metadata__ is not an object");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (!field.getValue().isTextual()) {
                throw new SafetensorsException("metadata is not a string: key='%s'".formatted(field.getKey()));
            }
            metadata.put(field.getKey(), field.getValue().textValue());
        });
        return metadata;
    }

    private record Entry(String name, ElementType type, Shape shape, long begin, long end) {}

    private static Entry entry(String name, JsonNode node, long dataBytes) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new SafetensorsException(
                    "tensor name: length=%d, expected 1..%d".formatted(name.length(), MAX_NAME_LENGTH));
        }
        if (!node.isObject() || node.size() != 3) {
            throw new SafetensorsException(
                    "tensor entry: name='%s', expected an object of dtype, shape and data_offsets".formatted(name));
        }
        ElementType type = type(name, node.get("dtype"));
        Shape shape = shape(name, node.get("shape"));
        long[] offsets = longs(name, "data_offsets", node.get("data_offsets"), 2);
        if (offsets.length != 2 || offsets[1] < offsets[0] || offsets[1] > dataBytes) {
            throw new SafetensorsException("tensor '%s' covers bytes [%s), data section ends at %d"
                    .formatted(name, offsets.length == 2 ? offsets[0] + ", " + offsets[1] : "?", dataBytes));
        }
        long expected;
        try {
            expected = Math.multiplyExact(shape.elements(), type.sizeBytes());
        } catch (ArithmeticException e) {
            throw new SafetensorsException("tensor '%s' is too large: shape=%s".formatted(name, shape), e);
        }
        if (offsets[1] - offsets[0] != expected) {
            throw new SafetensorsException("tensor '%s' covers %d bytes, expected %d [dtype=%s, shape=%s]"
                    .formatted(name, offsets[1] - offsets[0], expected, type, shape));
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static ElementType type(String name, JsonNode node) {
        if (node != null && node.isTextual()) {
            for (ElementType type : ElementType.values()) {
                if (type.name().equals(node.textValue())) {
                    return type;
                }
            }
        }
        throw new SafetensorsException("tensor '%s' has an unknown type: dtype=%s".formatted(name, node));
    }

    private static Shape shape(String name, JsonNode node) {
        return new Shape(longs(name, "shape", node, MAX_RANK));
    }

    private static long[] longs(String name, String key, JsonNode node, int maxLength) {
        if (node == null || !node.isArray() || node.size() > maxLength) {
            throw new SafetensorsException(
                    "tensor '%s': %s is not an array of at most %d numbers".formatted(name, key, maxLength));
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw new SafetensorsException(
                        "tensor '%s': %s holds %s, expected whole numbers from 0".formatted(name, key, value));
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private static Map<String, Tensor> tensors(List<Entry> entries, ByteBuffer data) {
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long position = 0;
        for (Entry entry : entries) {
            if (entry.begin() != position) {
                throw new SafetensorsException("tensor '%s' begins at byte %d of the data section, expected %d"
                        .formatted(entry.name(), entry.begin(), position));
            }
            position = entry.end();
            ByteBuffer values = data.slice((int) entry.begin(), (int) (entry.end() - entry.begin()));
            tensors.put(entry.name(), Tensor.wrap(entry.type(), entry.shape(), values));
        }
        if (position != data.limit()) {
            throw new SafetensorsException("data section holds %d bytes that belong to no tensor [bytes=%d]"
                    .formatted(data.limit() - position, data.limit()));
        }
        return tensors;
    }
}
