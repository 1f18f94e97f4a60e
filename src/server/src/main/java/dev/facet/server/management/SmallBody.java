package dev.facet.server.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A body of one member: {@code {"version": "2"}}. */
final class SmallBody {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int MAX_BYTES = 4096;

    private SmallBody() {}

    /**
     * The member of a body, or the parameter of that name where the body is empty.
     *
     * @throws ProblemException 400 where there is neither, or the body has another form
     */
    static String member(String name, InputStream body, String parameter) throws IOException {
        return memberIfAny(name, body, parameter).orElseThrow(() -> invalid(name));
    }

    /** The same; empty where the body is empty and there is no such parameter. */
    static Optional<String> memberIfAny(String name, InputStream body, String parameter) throws IOException {
        byte[] bytes = bytes(body);
        if (bytes.length == 0) {
            return Optional.ofNullable(parameter);
        }
        try {
            JsonNode document = JSON.readTree(bytes);
            JsonNode value = document == null ? null : document.get(name);
            if (value == null || document.size() != 1 || !(value.isTextual() || value.isInt())) {
                throw invalid(name);
            }
            return Optional.of(value.asText());
        } catch (JsonProcessingException e) {
            throw invalid(name);
        }
    }

    /**
     * A body whole.
     *
     * @throws ProblemException 413
     */
    static byte[] bytes(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ProblemException(
                    413, ProblemCode.BODY_TOO_LARGE, "body too large: expected at most %d bytes".formatted(MAX_BYTES));
        }
        return bytes;
    }

    private static ProblemException invalid(String name) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, "body: expected {\"%s\": \"…\"}".formatted(name));
    }
}
