package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers a request that isn't let through, also while its body is still coming: see {@link UnreadBody}. */
final class Refusal {
    private Refusal() {}

    static void send(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        response.putHeader(RequestIds.HEADER, RequestIds.of(context));
        if (problem.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (problem.retryAfterSeconds() > 0) {
            response.putHeader("Retry-After", Long.toString(problem.retryAfterSeconds()));
        }
        if (UnreadBody.closesConnection(context.request())) {
            response.putHeader("Connection", "close");
        }
        UnreadBody.discard(context);
        byte[] document = problem.toJson(context.normalizedPath(), RequestIds.of(context));
        response.end(Buffer.buffer(document));
    }
}
