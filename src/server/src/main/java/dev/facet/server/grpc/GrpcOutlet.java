package dev.facet.server.grpc;

import dev.facet.server.http.GrpcErrors;
import dev.facet.server.http.Refusal;
import dev.facet.server.problem.Problem;
import dev.facet.server.response.Body;
import dev.facet.server.response.ChunkPump;
import dev.facet.server.response.Outlet;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** The messages that a call is answered with, and its end. One message at a time. */
final class GrpcOutlet {
    private static final int WRITTEN_WHOLE = 256 << 10;

    private final RoutingContext context;
    private final HttpServerResponse response;

    GrpcOutlet(RoutingContext context) {
        this.context = context;
        this.response = context.response();
    }

    /**
     * Sends a message: a small one at once, a larger one as fast as the client reads.
     *
     * @param body the message without frame, of a length that is known
     * @param sent called when it is on its way, with true, or when it can't be sent, with false
     */
    void message(Vertx vertx, Body body, Consumer<Boolean> sent) {
        if (response.ended() || response.closed()) {
            sent.accept(false);
            return;
        }
        if (!response.headWritten()) {
            response.putHeader("Content-Type", GrpcErrors.MEDIA_TYPE);
            response.putHeader("grpc-accept-encoding", "identity,deflate,gzip");
        }
        byte[] prefix = GrpcMessage.prefix(body.length());
        if (body.length() <= WRITTEN_WHOLE) {
            response.write(Buffer.buffer(GrpcMessage.PREFIX + (int) body.length())
                    .appendBytes(prefix)
                    .appendBytes(body.whole()));
            sent.accept(true);
            return;
        }
        response.write(Buffer.buffer(prefix));
        new ChunkPump(
                        vertx,
                        new Pumped(sent),
                        context.normalizedPath(),
                        body.chunks().get())
                .start();
    }

    /** Ends the call. */
    void endOk() {
        if (!response.ended() && !response.closed()) {
            GrpcErrors.putOk(response.trailers());
            response.end();
        }
    }

    /** Ends the call with a failure, whether or not there were messages before. */
    void fail(Problem problem) {
        if (!response.headWritten()) {
            Refusal.send(context, problem);
        } else if (!response.ended() && !response.closed()) {
            GrpcErrors.put(response.trailers(), problem);
            response.end();
        }
    }

    /** A message under way. */
    private final class Pumped implements Outlet {
        private final Consumer<Boolean> sent;
        private boolean whole;

        Pumped(Consumer<Boolean> sent) {
            this.sent = sent;
        }

        @Override
        public void onClose(Runnable action) {
            response.closeHandler(closed -> action.run());
        }

        @Override
        public void onDrain(Runnable action) {
            response.drainHandler(drained -> action.run());
        }

        @Override
        public void write(byte[] chunk, Consumer<Throwable> failed) {
            response.write(Buffer.buffer(chunk)).onFailure(failed::accept);
        }

        @Override
        public boolean isFull() {
            return response.writeQueueFull();
        }

        @Override
        public void end() {
            whole = true;
        }

        @Override
        public void cut() {
            response.reset();
        }

        @Override
        public void finished() {
            sent.accept(whole);
        }
    }
}
