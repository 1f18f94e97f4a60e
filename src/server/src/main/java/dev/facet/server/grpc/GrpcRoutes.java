package dev.facet.server.grpc;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.Draining;
import dev.facet.server.http.GrpcErrors;
import dev.facet.server.http.Refusal;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.http.RequestIds;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.Problems;
import dev.facet.server.response.Body;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.HashMap;
import java.util.Map;

/** Finds the method of each call, receives its message, has it answered, and sends what came of it. */
@ApplicationScoped
class GrpcRoutes {
    private final Vertx vertx;
    private final RequestBodies bodies;
    private final MemoryBudget memory;
    private final Draining draining;
    private final GrpcLimits limits;
    private final Map<String, GrpcMethod> methods = new HashMap<>();

    GrpcRoutes(
            Vertx vertx,
            RequestBodies bodies,
            MemoryBudget memory,
            Draining draining,
            FacetConfiguration configuration,
            Instance<GrpcService> services) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.memory = memory;
        this.draining = draining;
        this.limits = new GrpcLimits(
                RequestBodies.inferenceBytes(configuration.limits()),
                configuration.limits().bodyTime());
        services.forEach(service ->
                service.methods().forEach((name, method) -> methods.put("/" + service.name() + "/" + name, method)));
    }

    void register(@Observes Router router) {
        router.route().order(0).handler(context -> {
            if (GrpcErrors.isCall(context.request())) {
                call(context);
            } else {
                context.next();
            }
        });
    }

    private void call(RoutingContext context) {
        GrpcMethod method = methods.get(context.request().path());
        if (method == null) {
            Refusal.send(
                    context,
                    new Problem(501, ProblemCode.NOT_FOUND, "no such method; docs/protocol.md names those there are"));
        } else if (method instanceof GrpcMethod.Streaming streaming) {
            new GrpcStream(vertx, context, streaming, memory, draining, limits).start();
        } else {
            bodies.receive(context)
                    .compose(received -> unpacked(context))
                    .onSuccess(message -> begin(message, method))
                    .onFailure(failure -> fail(context, failure));
        }
    }

    /** The message of the body; taking a coding from it may take long. */
    private Future<GrpcCall> unpacked(RoutingContext context) {
        if (RequestBodies.isInFile(context)) {
            // Whoever answers reads the file, frame and all.
            return Future.succeededFuture(new GrpcCall(context, RequestBodies.of(context), 0));
        }
        GrpcMessage message = GrpcMessage.only(RequestBodies.of(context));
        if (!message.compressed()) {
            return Future.succeededFuture(new GrpcCall(context, RequestBodies.of(context), GrpcMessage.PREFIX));
        }
        return vertx.executeBlocking(
                () -> {
                    RequestBodies.of(context).skip(GrpcMessage.PREFIX);
                    message.decode(
                            RequestBodies.of(context),
                            context.request().getHeader("grpc-encoding"),
                            limits.messageBytes());
                    return new GrpcCall(context, RequestBodies.of(context), 0);
                },
                false);
    }

    private void begin(GrpcCall call, GrpcMethod method) {
        RoutingContext context = call.context();
        context.addEndHandler(end -> call.ended().complete(end.succeeded()));
        try {
            if (method instanceof GrpcMethod.Unary unary) {
                unary.answer(call).whenComplete((body, failure) -> finish(context, body, failure));
            } else if (method instanceof GrpcMethod.Blocking blocking) {
                vertx.executeBlocking(() -> blocking.answer(call), false)
                        .onComplete(done -> finish(context, done.result(), done.cause()));
            } else if (method instanceof GrpcMethod.Watching watching) {
                new GrpcWatch(vertx, call, watching, draining).start();
            }
        } catch (RuntimeException e) {
            fail(context, e);
        }
    }

    private void finish(RoutingContext context, Body body, Throwable failure) {
        if (failure != null) {
            fail(context, failure);
            return;
        }
        GrpcOutlet outlet = new GrpcOutlet(context);
        outlet.message(vertx, body, sent -> {
            if (sent) {
                outlet.endOk();
            }
        });
    }

    private static void fail(RoutingContext context, Throwable failure) {
        new GrpcOutlet(context).fail(Problems.report(failure, RequestIds.of(context)));
    }
}
