package dev.facet.core.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.facet.core.json.JsonReason;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses a safetensors header token by token, so that a hostile one takes no more memory than its own size.
 *
 * <p>Every content has one spelling, up to spaces between tokens and non-ASCII characters that may be escaped: no other
 * whitespace, escapes in lower-case hex. So a header in which one bit was flipped is either refused or says something else.
 */
final class HeaderParser {
    private static final int MAX_RANK = 8;
    private static final int MAX_NAME_LENGTH = 512;
    private static final int MAX_METADATA = 1000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNumberLength(20)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(SafetensorsReader.MAX_HEADER_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * A tensor as the header describes it.
     *
     * @param begin first byte in the data section
     * @param end byte after the last one
     */
    record Entry(String name, ElementType type, Shape shape, long begin, long end) {}

    private final JsonParser parser;
    private final long dataBytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private HeaderParser(JsonParser parser, long dataBytes) {
        this.parser = parser;
        this.dataBytes = dataBytes;
    }

    /**
     * @param dataBytes length of the data section
     * @throws SafetensorsException if it isn't a header, or describes tensors that don't lie in the data section
     */
    static HeaderParser parse(byte[] header, long dataBytes) {
        checkSpelling(header);
        try (JsonParser parser = JSON.createParser(header)) {
            HeaderParser result = new HeaderParser(parser, dataBytes);
            result.readObject();
            return result;
        } catch (JsonProcessingException e) {
            throw new SafetensorsException("header is not valid JSON: " + JsonReason.of(e), e);
        } catch (IOException e) {
            throw new SafetensorsException("header is not valid UTF-8: " + e.getMessage(), e);
        }
    }

    Map<String, String> metadata() {
        return metadata;
    }

    List<Entry> entries() {
        return entries;
    }

    private static void checkSpelling(byte[] header) {
        if (header[0] != '{') {
            throw new SafetensorsException("header does not begin with '{'");
        }
        boolean text = false;
        for (int i = 0; i < header.length; i++) {
            byte c = header[i];
            if (!text && (c == '\n' || c == '\r' || c == '\t')) {
                throw new SafetensorsException(
                        "whitespace in the header: value=0x%02x, expected spaces only [byte=%d]".formatted(c, i));
            }
            if (c == '"') {
                text = !text;
            } else if (text && c == '\\') {
                i++;
                for (int digit = i + 1; i < header.length && header[i] == 'u' && digit <= i + 4; digit++) {
                    if (digit < header.length && header[digit] >= 'A' && header[digit] <= 'F') {
                        throw new SafetensorsException(
                                "escape in the header is not in lower-case hex [byte=%d]".formatted(digit));
                    }
                }
            }
        }
    }

    private void readObject() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = wellFormed(parser.currentName());
            if (name.equals("__metadata__")) {
                readMetadata();
            } else {
                entries.add(readEntry(name));
            }
            if (entries.size() > SafetensorsReader.MAX_TENSORS) {
                throw new SafetensorsException(
                        "too many tensors: expected at most %d".formatted(SafetensorsReader.MAX_TENSORS));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "header");
        if (parser.nextToken() != null) {
            throw new SafetensorsException("header goes on after its end: found %s".formatted(parser.currentToken()));
        }
    }

    private void readMetadata() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "__metadata__");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "metadata '%s'".formatted(key));
            metadata.put(wellFormed(key), wellFormed(parser.getText()));
            if (metadata.size() > MAX_METADATA) {
                throw new SafetensorsException("too many metadata: expected at most %d".formatted(MAX_METADATA));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "__metadata__");
    }

    /** Half a surrogate pair has no UTF-8, so a digest over the text would not see it change. */
    private static String wellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new SafetensorsException("text in the header is not Unicode: half a surrogate pair");
        }
        return text;
    }

    private Entry readEntry(String name) throws IOException {
        if (name.isEmpty()) {
            throw new SafetensorsException("tensor name is empty");
        }
        ElementType type = null;
        Shape shape = null;
        long[] offsets = null;
        expect(parser.nextToken(), JsonToken.START_OBJECT, "tensor '%s'".formatted(name));
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            switch (parser.currentName()) {
                case "dtype" -> type = readType(name);
                case "shape" -> shape = new Shape(readNumbers(name, "shape", MAX_RANK));
                case "data_offsets" -> offsets = readNumbers(name, "data_offsets", 2);
                default ->
                    throw new SafetensorsException(
                            "tensor '%s' has an unknown property: '%s'".formatted(name, parser.currentName()));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "tensor '%s'".formatted(name));
        if (type == null || shape == null || offsets == null) {
            throw new SafetensorsException("tensor '%s' lacks dtype, shape or data_offsets".formatted(name));
        }
        return checked(name, type, shape, offsets);
    }

    private Entry checked(String name, ElementType type, Shape shape, long[] offsets) {
        if (offsets.length != 2 || offsets[1] < offsets[0] || offsets[1] > dataBytes) {
            throw new SafetensorsException("tensor '%s' covers bytes %s, data section ends at %d"
                    .formatted(name, Arrays.toString(offsets), dataBytes));
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

    private ElementType readType(String name) throws IOException {
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "dtype of tensor '%s'".formatted(name));
        String value = parser.getText();
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(value)) {
                return type;
            }
        }
        throw new SafetensorsException("tensor '%s' has an unknown type: dtype='%s', expected=%s"
                .formatted(name, value, Arrays.toString(ElementType.values())));
    }

    private long[] readNumbers(String name, String property, int maxLength) throws IOException {
        String what = "%s of tensor '%s'".formatted(property, name);
        expect(parser.nextToken(), JsonToken.START_ARRAY, what);
        long[] values = new long[maxLength];
        int count = 0;
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (count == maxLength) {
                throw new SafetensorsException("%s has more than %d numbers".formatted(what, maxLength));
            }
            if (parser.getText().startsWith("-")) {
                throw new SafetensorsException(
                        "%s holds %s, expected whole numbers from 0".formatted(what, parser.getText()));
            }
            values[count++] = parser.getLongValue();
        }
        expect(parser.currentToken(), JsonToken.END_ARRAY, what);
        return Arrays.copyOf(values, count);
    }

    private void expect(JsonToken actual, JsonToken expected, String what) {
        if (actual != expected) {
            throw new SafetensorsException("%s: found %s, expected %s".formatted(what, actual, expected));
        }
    }
}
