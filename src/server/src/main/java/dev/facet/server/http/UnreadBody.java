package dev.facet.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The body of a request that is answered while it is still coming.
 *
 * <p>Closing a connection with bytes unread would reset it, and the client would lose the answer. So what still comes is
 * thrown away, for a while and up to a bound, and the connection closes then (over HTTP/2, the stream). A client that waits for
 * {@code 100 Continue} sends nothing.
 */
final class UnreadBody {
    private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(10);
    private static final long LINGER_BYTES = 256L << 20;

    private UnreadBody() {}

    /** Whether more of the body may arrive. A request without one is never read, so it isn't at its end either. */
    static boolean isComing(HttpServerRequest request) {
        return !request.isEnded() && RequestBodies.hasBody(request);
    }

    /** Whether the connection has to close after the answer. */
    static boolean closesConnection(HttpServerRequest request) {
        return isComing(request) && request.version() != HttpVersion.HTTP_2;
    }

    /** Throws away what still comes, if anything does; called before the answer is written. */
    static void discard(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isComing(request)) {
            return;
        }
        Vertx vertx = context.vertx();
        AtomicBoolean closed = new AtomicBoolean();
        long[] left = {LINGER_BYTES};
        Runnable close = () -> {
            if (closed.compareAndSet(false, true)) {
                if (request.version() == HttpVersion.HTTP_2) {
                    request.response().reset();
                } else {
                    request.connection().close();
                }
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
