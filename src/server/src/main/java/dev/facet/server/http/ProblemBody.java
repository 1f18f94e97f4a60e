package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import io.vertx.ext.web.RoutingContext;

/**
 * The document of a problem as the address that was asked wants it: RFC 9457, and under {@code /v2}, where clients look for a
 * member {@code error} in plain JSON, with that one beside it.
 *
 * @param mediaType of the document
 * @param document UTF-8
 */
record ProblemBody(String mediaType, byte[] document) {
    private static final String PROTOCOL = "/v2";

    static ProblemBody of(Problem problem, RoutingContext context) {
        String path = context.normalizedPath();
        String requestId = RequestIds.of(context);
        if (path.equals(PROTOCOL) || path.startsWith(PROTOCOL + "/")) {
            Problem told = problem.with("error", problem.detail());
            return new ProblemBody("application/json", told.toJson(path, requestId));
        }
        return new ProblemBody(Problem.MEDIA_TYPE, problem.toJson(path, requestId));
    }
}
