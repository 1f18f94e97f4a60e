package dev.facet.server.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What went wrong with a request (RFC 9457). {@code type} is always {@code about:blank}; what tells problems apart is
 * {@code code}.
 *
 * @param status HTTP status
 * @param code what kind of problem it is
 * @param detail what is wrong, with values and expectation, for people
 * @param members further members of the document, JSON-compatible values
 */
public record Problem(int status, ProblemCode code, String detail, Map<String, Object> members) {
    /** The media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The member that says after how many milliseconds another try makes sense. */
    public static final String RETRY_AFTER_MILLIS = "retryAfterMs";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public Problem {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public Problem(int status, ProblemCode code, String detail) {
        this(status, code, detail, Map.of());
    }

    /** This problem with one more member. */
    public Problem with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(member, value);
        return new Problem(status, code, detail, more);
    }

    /**
     * The document.
     *
     * @param instance path of the request
     * @param requestId the request's id
     */
    public Map<String, Object> document(String instance, String requestId) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "about:blank");
        document.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        document.put("status", status);
        document.put("code", code.name());
        document.put("detail", detail);
        document.put("instance", instance);
        document.put("requestId", requestId);
        document.putAll(members);
        return document;
    }

    /** The document as UTF-8 JSON. */
    public byte[] toJson(String instance, String requestId) {
        try {
            return MAPPER.writeValueAsString(document(instance, requestId)).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("problem isn't JSON-compatible: code=%s (bug)".formatted(code), e);
        }
    }

    /** Seconds for {@code Retry-After}, rounded up; 0 where another try is no cure. */
    public long retryAfterSeconds() {
        return members.get(RETRY_AFTER_MILLIS) instanceof Number millis ? (millis.longValue() + 999) / 1000 : 0;
    }
}
