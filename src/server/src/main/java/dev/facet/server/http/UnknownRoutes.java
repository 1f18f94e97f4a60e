package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What no route answers. */
@ApplicationScoped
class UnknownRoutes {
    void register(@Observes Router router) {
        router.route("/metrics").order(0).handler(context -> context.reroute("/q/metrics"));
        router.route()
                .order(Integer.MAX_VALUE)
                .handler(context -> Refusal.send(
                        context,
                        new Problem(
                                404, ProblemCode.NOT_FOUND, "no such resource; /q/openapi describes those there are")));
    }
}
