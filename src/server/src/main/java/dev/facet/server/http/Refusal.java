package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers a request that isn't let through, also while its body is still coming.
 *
 * <p>Closing a connection with bytes unread would reset it, and the client would lose the answer. So what still comes is
 * thrown away, for a while and up to a bound, and the connection closes then. A client that waits for {@code 100 Continue}
 * sends nothing.
 */
final class Refusal {
    private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final long LINGER_BYTES = 256L << 20;

    private Refusal() {}

    static void send(RoutingContext context, Problem problem) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        boolean bodyPending = !request.isEnded();
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        response.putHeader(RequestIds.HEADER, RequestIds.of(context));
        if (problem.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (problem.retryAfterSeconds() > 0) {
            response.putHeader("Retry-After", Long.toString(problem.retryAfterSeconds()));
        }
        boolean closes = bodyPending && request.version() != HttpVersion.HTTP_2;
        if (closes) {
            response.putHeader("Connection", "close");
            discard(context);
        }
        byte[] document = problem.toJson(context.normalizedPath(), RequestIds.of(context));
        response.end(Buffer.buffer(document));
    }

    private static void discard(RoutingContext context) {
        HttpServerRequest request = context.request();
        Vertx vertx = context.vertx();
        AtomicBoolean closed = new AtomicBoolean();
        long[] left = {LINGER_BYTES};
        Runnable close = () -> {
            if (closed.compareAndSet(false, true)) {
                request.connection().close();
            }
        };
        long timer = vertx.setTimer(LINGER_MILLIS, id -> close.run());
        request.exceptionHandler(failure -> vertx.cancelTimer(timer));
        request.endHandler(end -> vertx.cancelTimer(timer));
        request.handler(chunk -> {
            left[0] -= chunk.length();
            if (left[0] < 0) {
                vertx.cancelTimer(timer);
                close.run();
            }
        });
        request.resume();
    }
}
