package dev.facet.server.http;

import dev.facet.server.problem.GrpcCode;
import dev.facet.server.problem.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How a call of gRPC ends: by trailers, or by headers alone where there is no message before. */
public final class GrpcErrors {
    /** The media type of calls and answers. */
    public static final String MEDIA_TYPE = "application/grpc";

    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";
    private static final String RETRY = "grpc-retry-pushback-ms";
    private static final String CODE = "facet-problem";
    private static final int MAX_MESSAGE = 1000;

    private GrpcErrors() {}

    /** Whether a request is a call of gRPC: its errors have another form then. */
    public static boolean isCall(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        boolean isGrpc = type != null
                && type.startsWith(MEDIA_TYPE)
                && (type.length() == MEDIA_TYPE.length() || "+;".indexOf(type.charAt(MEDIA_TYPE.length())) >= 0);
        return isGrpc && request.version() == HttpVersion.HTTP_2 && request.method() == HttpMethod.POST;
    }

    /** Ends a call without a message. */
    static void end(HttpServerResponse response, Problem problem) {
        response.setStatusCode(200).putHeader("Content-Type", MEDIA_TYPE);
        put(response.headers(), problem);
        response.end();
    }

    /** The status that a call ended with; empty for one that didn't end. */
    static Optional<String> status(HttpServerResponse response) {
        // Without a message before, the headers are the trailers.
        return Optional.ofNullable(response.trailers().get(STATUS))
                .or(() -> Optional.ofNullable(response.headers().get(STATUS)));
    }

    /** The trailers of a call that failed. */
    public static void put(MultiMap trailers, Problem problem) {
        trailers.set(STATUS, Integer.toString(GrpcCode.of(problem).number()));
        trailers.set(MESSAGE, encoded(problem.detail()));
        trailers.set(CODE, problem.code().name());
        if (problem.members().get(Problem.RETRY_AFTER_MILLIS) instanceof Number millis) {
            trailers.set(RETRY, Long.toString(millis.longValue()));
        }
    }

    /** The trailers of a call that succeeded. */
    public static void putOk(MultiMap trailers) {
        trailers.set(STATUS, Integer.toString(GrpcCode.OK.number()));
    }

    /** Percent-encoded UTF-8, as the protocol of gRPC wants it. */
    private static String encoded(String text) {
        String shown = text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
        StringBuilder encoded = new StringBuilder();
        for (byte each : shown.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                encoded.append((char) each);
            } else {
                encoded.append("%%%02X".formatted(each & 0xFF));
            }
        }
        return encoded.toString();
    }
}
