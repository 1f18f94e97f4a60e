package dev.facet.server.grpc;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.http.Draining;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.http.RequestIds;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.problem.Problems;
import dev.facet.server.response.Body;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A call with many messages. A few of them are answered at the same time; answers go out in the order of the messages. A client that
 * sends more is paused, and so is one that doesn't read. Everything runs on the call's event loop but the answering itself.
 */
final class GrpcStream {
    private static final int AT_ONCE = 4;
    private static final long LOOK_MILLIS = 1000;

    private final Vertx vertx;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final GrpcMethod.Streaming method;
    private final MemoryBudget memory;
    private final Draining draining;
    private final GrpcLimits limits;
    private final GrpcOutlet outlet;
    private final Context loop;

    /** Messages that are being answered, in their order. */
    private final Deque<Exchange> underWay = new ArrayDeque<>();

    private final ByteBuffer prefix = ByteBuffer.allocate(GrpcMessage.PREFIX);
    private GrpcMessage message;
    private ReceivedBody body;
    private long slowTimer = -1;
    private final long drainTimer;
    private boolean sending;
    private boolean halfClosed;
    private boolean over;

    /** A message and its answer, once it is there. */
    private static final class Exchange {
        private final GrpcCall call;
        private Body answer;

        Exchange(GrpcCall call) {
            this.call = call;
        }
    }

    GrpcStream(
            Vertx vertx,
            RoutingContext context,
            GrpcMethod.Streaming method,
            MemoryBudget memory,
            Draining draining,
            GrpcLimits limits) {
        this.vertx = vertx;
        this.context = context;
        this.request = context.request();
        this.method = method;
        this.memory = memory;
        this.draining = draining;
        this.limits = limits;
        this.outlet = new GrpcOutlet(context);
        this.loop = vertx.getOrCreateContext();
        this.drainTimer = vertx.setPeriodic(LOOK_MILLIS, now -> lookWhetherToEnd());
    }

    void start() {
        context.addEndHandler(end -> loop.runOnContext(now -> close()));
        request.exceptionHandler(failure -> close());
        request.handler(this::chunk);
        request.endHandler(end -> {
            halfClosed = true;
            if (message != null || prefix.position() > 0) {
                fail(GrpcCall.invalid());
            }
            endIfDone();
        });
        request.resume();
    }

    private void chunk(Buffer chunk) {
        try {
            int at = 0;
            while (at < chunk.length() && !over) {
                at = message == null ? readPrefix(chunk, at) : readBody(chunk, at);
            }
        } catch (ProblemException e) {
            fail(e);
        }
    }

    private int readPrefix(Buffer chunk, int at) {
        int count = Math.min(prefix.remaining(), chunk.length() - at);
        prefix.put(chunk.getBytes(at, at + count));
        if (!prefix.hasRemaining()) {
            message = GrpcMessage.of(prefix.flip());
            prefix.clear();
            if (message.length() > limits.messageBytes()) {
                throw new ProblemException(new Problem(
                                413,
                                ProblemCode.BODY_TOO_LARGE,
                                "message too large: bytes=%d, expected at most %d"
                                        .formatted(message.length(), limits.messageBytes()))
                        .with("limit", limits.messageBytes()));
            }
            body = new ReceivedBody(memory);
            slowTimer = vertx.setTimer(
                    Math.max(1, limits.messageTime().toMillis()),
                    timer -> fail(new ProblemException(408, ProblemCode.BODY_TOO_SLOW, "message came too slowly")));
            answerIfWhole();
        }
        return at + count;
    }

    private int readBody(Buffer chunk, int at) {
        int count = (int) Math.min(message.length() - body.length(), chunk.length() - at);
        body.add(chunk.slice(at, at + count));
        answerIfWhole();
        return at + count;
    }

    private void answerIfWhole() {
        if (body.length() < message.length()) {
            return;
        }
        vertx.cancelTimer(slowTimer);
        Exchange exchange = new Exchange(new GrpcCall(context, body, 0));
        underWay.add(exchange);
        if (underWay.size() >= AT_ONCE) {
            request.pause();
        }
        GrpcMessage whole = message;
        message = null;
        body = null;
        ReceivedBody own = exchange.call.body();
        Future<Void> decoded = whole.compressed()
                ? vertx.executeBlocking(
                        () -> {
                            whole.decode(own, request.getHeader("grpc-encoding"), limits.messageBytes());
                            return null;
                        },
                        false)
                : Future.succeededFuture();
        decoded.onSuccess(done -> method.answer(exchange.call)
                        .thenAccept(answer -> loop.runOnContext(now -> {
                            exchange.answer = answer;
                            sendNext();
                        })))
                .onFailure(this::fail);
    }

    private void sendNext() {
        Exchange first = underWay.peek();
        if (over || sending || first == null || first.answer == null) {
            return;
        }
        sending = true;
        outlet.message(
                vertx,
                first.answer,
                sent -> loop.runOnContext(now -> {
                    sending = false;
                    if (over) {
                        return;
                    }
                    underWay.remove(first);
                    first.call.ended().complete(sent);
                    first.call.body().close();
                    if (underWay.size() == AT_ONCE - 1) {
                        request.resume();
                    }
                    endIfDone();
                    sendNext();
                }));
    }

    private void endIfDone() {
        if (halfClosed && underWay.isEmpty() && !over) {
            outlet.endOk();
        }
    }

    /** A stream that nobody uses would keep the server from stopping. */
    private void lookWhetherToEnd() {
        if (draining.isRefusing() && underWay.isEmpty()) {
            fail(new ProblemException(503, ProblemCode.DRAINING, "the server is about to stop"));
        }
    }

    private void fail(Throwable failure) {
        if (!over) {
            outlet.fail(Problems.report(failure, RequestIds.of(context)));
            close();
        }
    }

    /** The call is over, whoever ended it: what is under way is given up, all memory given back. */
    private void close() {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(drainTimer);
        vertx.cancelTimer(slowTimer);
        if (body != null) {
            body.close();
        }
        for (Exchange exchange : underWay) {
            exchange.call.ended().complete(false);
            exchange.call.body().close();
        }
        underWay.clear();
    }
}
