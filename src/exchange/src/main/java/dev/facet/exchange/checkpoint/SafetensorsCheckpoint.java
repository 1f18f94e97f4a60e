package dev.facet.exchange.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Safetensors of other programs: any whitespace and order in the header, types that we don't know beside those that we do.
 * Packs and banks are read strictly, by {@link SafetensorsReader}. No length is believed before it is held against the file's.
 */
final class SafetensorsCheckpoint {
    private static final int MAX_RANK = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(20)
                    .maxNameLength(CheckpointEntry.MAX_NAME_LENGTH)
                    .maxStringLength(SafetensorsReader.MAX_HEADER_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser parser;
    private final ByteBuffer data;
    private final List<CheckpointEntry> entries = new ArrayList<>();

    private SafetensorsCheckpoint(JsonParser parser, ByteBuffer data) {
        this.parser = parser;
        this.data = data;
    }

    /**
     * @param content a whole file
     * @throws CheckpointException if it isn't one that can be read
     */
    static CheckpointEntries read(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.getLong(0);
        if (length > content.length - Long.BYTES) {
            throw new CheckpointException(
                    "header reaches beyond the file: bytes=%d, file=%d bytes".formatted(length, content.length));
        }
        int begin = Long.BYTES + (int) length;
        try (JsonParser parser = JSON.createParser(content, Long.BYTES, (int) length)) {
            SafetensorsCheckpoint checkpoint =
                    new SafetensorsCheckpoint(parser, bytes.slice(begin, content.length - begin));
            checkpoint.readHeader();
            return new CheckpointEntries(checkpoint.entries, Set.of());
        } catch (IOException e) {
            throw new CheckpointException(
                    "header is not valid JSON: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    private void readHeader() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (name.equals("__metadata__")) {
                parser.nextToken();
                parser.skipChildren();
            } else {
                readEntry(name);
            }
            if (entries.size() > SafetensorsReader.MAX_TENSORS) {
                throw new CheckpointException(
                        "too many tensors: expected at most %d".formatted(SafetensorsReader.MAX_TENSORS));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "header");
    }

    private void readEntry(String name) throws IOException {
        String type = null;
        long[] extents = null;
        long[] offsets = null;
        expect(parser.nextToken(), JsonToken.START_OBJECT, "tensor '%s'".formatted(name));
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String property = parser.currentName();
            parser.nextToken();
            switch (property) {
                case "dtype" -> type = parser.getText();
                case "shape" -> extents = numbers(name, MAX_RANK);
                case "data_offsets" -> offsets = numbers(name, 2);
                default -> parser.skipChildren();
            }
        }
        if (type == null || extents == null || offsets == null || offsets.length != 2) {
            throw new CheckpointException("tensor '%s' lacks dtype, shape or data_offsets".formatted(name));
        }
        List<String> path = List.of(name);
        Optional<ElementType> known = known(type);
        if (known.isEmpty()) {
            entries.add(CheckpointEntry.unreadable(path, "its type is '%s'".formatted(type)));
            return;
        }
        long[] range = offsets;
        Shape shape = new Shape(extents);
        entries.add(CheckpointEntry.of(path, full -> tensor(full, known.get(), shape, range[0], range[1])));
    }

    private Tensor tensor(String name, ElementType type, Shape shape, long begin, long end) {
        long expected;
        try {
            expected = Math.multiplyExact(shape.elements(), type.sizeBytes());
        } catch (ArithmeticException e) {
            throw new CheckpointException("tensor '%s' is too large: shape=%s".formatted(name, shape), e);
        }
        if (end < begin || end > data.limit() || end - begin != expected) {
            throw new CheckpointException(
                    "tensor '%s' covers bytes %d to %d of a data section of %d, expected %d bytes [dtype=%s, shape=%s]"
                            .formatted(name, begin, end, data.limit(), expected, type, shape));
        }
        return Tensor.wrap(type, shape, data.slice((int) begin, (int) expected));
    }

    private static Optional<ElementType> known(String type) {
        return Arrays.stream(ElementType.values())
                .filter(known -> known.name().equals(type))
                .findFirst();
    }

    private long[] numbers(String name, int maxLength) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, "numbers of tensor '%s'".formatted(name));
        long[] values = new long[maxLength];
        int count = 0;
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            long value = parser.getLongValue();
            if (count == maxLength || value < 0) {
                throw new CheckpointException(
                        "tensor '%s': expected at most %d whole numbers from 0".formatted(name, maxLength));
            }
            values[count++] = value;
        }
        expect(parser.currentToken(), JsonToken.END_ARRAY, "numbers of tensor '%s'".formatted(name));
        return Arrays.copyOf(values, count);
    }

    private static void expect(JsonToken actual, JsonToken expected, String what) {
        if (actual != expected) {
            throw new CheckpointException("%s: found %s, expected %s".formatted(what, actual, expected));
        }
    }
}
