package dev.facet.server.grpc;

import dev.facet.server.http.Draining;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.response.Body;
import io.vertx.core.Vertx;
import java.util.Arrays;

/** A call that tells again whenever what there is to tell has changed. Everything runs on the call's event loop. */
final class GrpcWatch {
    private static final long MILLIS = 1000;

    private final Vertx vertx;
    private final GrpcCall call;
    private final GrpcMethod.Watching method;
    private final Draining draining;
    private final GrpcOutlet outlet;
    private byte[] said;
    private long timer;

    GrpcWatch(Vertx vertx, GrpcCall call, GrpcMethod.Watching method, Draining draining) {
        this.vertx = vertx;
        this.call = call;
        this.method = method;
        this.draining = draining;
        this.outlet = new GrpcOutlet(call.context());
    }

    void start() {
        look();
        timer = vertx.setPeriodic(MILLIS, now -> look());
        call.ended().thenRun(() -> vertx.cancelTimer(timer));
    }

    private void look() {
        if (draining.isRefusing()) {
            outlet.fail(new Problem(503, ProblemCode.DRAINING, "the server is about to stop"));
            return;
        }
        byte[] now = method.look(call);
        if (!Arrays.equals(now, said)) {
            said = now;
            outlet.message(vertx, Body.of(now), sent -> {});
        }
    }
}
