package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/** Holds {@link Managed} resources against the guard, and writes down what they changed. */
@Managed
@Provider
@Priority(Priorities.AUTHORIZATION)
class ManagedFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String REFUSED = "facet.audit.refused";

    private final AccessGuard guard;
    private final AuditLog audit;

    ManagedFilter(AccessGuard guard, AuditLog audit) {
        this.guard = guard;
        this.audit = audit;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        RoutingContext context = RequestBodyFilter.context(request);
        Optional<Problem> refusal = guard.refusal(context);
        if (refusal.isPresent()) {
            context.put(REFUSED, true);
            throw new ProblemException(refusal.get());
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        RoutingContext context = RequestBodyFilter.context(request);
        if (context.get(REFUSED) != null
                || request.getMethod().equals("GET")
                || request.getMethod().equals("HEAD")) {
            return;
        }
        audit.done(context, response.getStatus());
    }
}
