package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/** Holds {@link Managed} resources against the guard. */
@Managed
@Provider
@Priority(Priorities.AUTHORIZATION)
class ManagedFilter implements ContainerRequestFilter {
    private final ManagementGuard guard;

    @Context
    RoutingContext context;

    ManagedFilter(ManagementGuard guard) {
        this.guard = guard;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Optional<Problem> refusal = guard.refusal(context.request());
        if (refusal.isPresent()) {
            throw new ProblemException(refusal.get());
        }
    }
}
