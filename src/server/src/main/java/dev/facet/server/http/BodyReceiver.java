package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * One body on its way in: bounded in bytes, in time, and from below in bytes per second, so that nobody holds a place by sending
 * next to nothing. What arrives is handed on as it comes. Everything runs on the request's event loop.
 */
final class BodyReceiver {
    /** The rate is that of this time; a connection may well be quiet for less. */
    static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final BodySink sink;
    private final BodyLimits limits;
    private final long limit;
    private final Refusals refusals;
    private final Promise<Void> received = Promise.promise();
    private final long[] timers = {-1, -1};
    private long arrived;
    private long arrivedBefore;
    private boolean held;
    private boolean over;

    BodyReceiver(RoutingContext context, BodySink sink, BodyLimits limits, Refusals refusals) {
        this.context = context;
        this.request = context.request();
        this.sink = sink;
        this.limits = limits;
        this.limit = limits.limit(request.method().name(), Paths.of(context));
        this.refusals = refusals;
    }

    /** Receives a body; fails with a problem, 499 where the client goes away. */
    Future<Void> receive(Duration time) {
        Vertx vertx = context.vertx();
        timers[0] = vertx.setTimer(
                Math.max(1, time.toMillis()), timer -> tooSlow("it took longer than %d ms".formatted(time.toMillis())));
        timers[1] = vertx.setPeriodic(RATE_WINDOW.toMillis(), timer -> checkRate());
        request.exceptionHandler(
                failure -> fail(new ProblemException(499, ProblemCode.CANCELLED, "the client is gone")));
        request.handler(this::chunk);
        request.endHandler(end -> end());
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            context.response().writeContinue();
        }
        request.resume();
        return received.future();
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        arrived += chunk.length();
        if (arrived > limit) {
            refusals.count(Refusals.Reason.BODY_TOO_LARGE);
            fail(new ProblemException(tooLarge(arrived, limit)));
            return;
        }
        try {
            if (!sink.add(chunk, this::goOn)) {
                held = true;
                request.pause();
            }
        } catch (ProblemException e) {
            refusals.count(Refusals.Reason.MEMORY);
            fail(e);
        }
    }

    private void goOn() {
        if (held && !over) {
            held = false;
            arrivedBefore = -1;
            request.resume();
        }
    }

    private void checkRate() {
        long least = limits.bytesPerSecond() * RATE_WINDOW.toSeconds();
        if (!held && arrivedBefore >= 0 && arrived - arrivedBefore < least) {
            tooSlow("%d bytes arrived in %d s, expected at least %d"
                    .formatted(arrived - arrivedBefore, RATE_WINDOW.toSeconds(), least));
        }
        arrivedBefore = arrived;
    }

    private void tooSlow(String why) {
        if (over) {
            return;
        }
        refusals.count(Refusals.Reason.BODY_TOO_SLOW);
        fail(new ProblemException(408, ProblemCode.BODY_TOO_SLOW, "body came too slowly: " + why));
    }

    private void end() {
        if (over) {
            return;
        }
        stop();
        sink.end().onComplete(received);
    }

    private void fail(ProblemException problem) {
        if (over) {
            return;
        }
        stop();
        sink.abandon();
        received.fail(problem);
    }

    private void stop() {
        over = true;
        for (long timer : timers) {
            context.vertx().cancelTimer(timer);
        }
    }

    static Problem tooLarge(long bytes, long limit) {
        return new Problem(
                        413,
                        ProblemCode.BODY_TOO_LARGE,
                        "body too large: bytes=%d, expected at most %d".formatted(bytes, limit))
                .with("limit", limit);
    }
}
