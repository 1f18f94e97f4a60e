package dev.facet.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON of records, strictly: unknown, duplicate and missing properties are errors, sizes are bounded, and the same value
 * gives the same text. Thread-safe.
 */
public final class StrictJson {
    /** Longest text accepted: 1 MiB. */
    public static final int MAX_LENGTH = 1 << 20;

    /**
     * For a property that may be left out: {@code @JacksonInject(StrictJson.ABSENT)} on an {@link Optional}, which is empty then.
     */
    public static final String ABSENT = "absent";

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(64)
                            .maxStringLength(1 << 16)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Double.toString isn't the same on every JDK; this writer is.
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .injectableValues(new InjectableValues.Std().addValue(ABSENT, Optional.empty()))
            .build();

    private StrictJson() {}

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException saying where and what is wrong
     */
    public static <T> T read(String json, Class<T> type) {
        if (json.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "JSON too long: characters=%d, expected at most %d".formatted(json.length(), MAX_LENGTH));
        }
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException("JSON is null, expected an object");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(describe(e), e);
        }
    }

    /** Writes one value on one line. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of ours can't be written as JSON (bug)", e);
        }
    }

    /** Writes one value on one line, UTF-8; {@code out} is flushed and stays open. */
    public static void write(Object value, OutputStream out) {
        // A generator on bytes would refuse half of a surrogate pair, which a name may hold.
        try (JsonGenerator json =
                MAPPER.getFactory().createGenerator(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            MAPPER.writeValue(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON can't be written", e);
        }
    }

    private static String describe(JsonProcessingException e) {
        StringBuilder where = new StringBuilder();
        if (e instanceof JsonMappingException mapping) {
            for (JsonMappingException.Reference step : mapping.getPath()) {
                where.append(step.getFieldName() != null ? "/" + step.getFieldName() : "/" + step.getIndex());
            }
        }
        return JsonReason.of(e) + (where.isEmpty() ? "" : " [at " + where + "]");
    }
}
