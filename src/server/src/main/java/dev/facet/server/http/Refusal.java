package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers a request that isn't let through, also while its body is still coming: see {@link UnreadBody}. */
public final class Refusal {
    private Refusal() {}

    /** Answers with a problem, in the form that the request wants. */
    public static void send(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (GrpcErrors.isCall(context.request())) {
            response.putHeader(RequestIds.HEADER, RequestIds.of(context));
            UnreadBody.discard(context);
            GrpcErrors.end(response, problem);
            return;
        }
        ProblemBody body = ProblemBody.of(problem, context);
        response.setStatusCode(problem.status()).putHeader("Content-Type", body.mediaType());
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
        response.end(Buffer.buffer(body.document()));
    }
}
