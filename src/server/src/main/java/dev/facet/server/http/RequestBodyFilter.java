package dev.facet.server.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestFilter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Has every body received whole before its resource is looked for. Not earlier, in a handler of Vert.x: the framework pauses each
 * request when its turn comes, which Vert.x refuses for a request over HTTP/2 that has been read already.
 */
@Provider
@PreMatching
@Priority(0)
class RequestBodyFilter implements ResteasyReactiveContainerRequestFilter {
    private final RequestBodies bodies;

    RequestBodyFilter(RequestBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public void filter(ResteasyReactiveContainerRequestContext request) {
        RoutingContext context = context(request);
        Future<Void> received = bodies.receive(context);
        if (received.succeeded()) {
            request.setEntityStream(RequestBodies.of(context).stream());
            return;
        }
        request.suspend();
        received.onSuccess(done -> {
                    request.setEntityStream(RequestBodies.of(context).stream());
                    request.resume();
                })
                .onFailure(request::resume);
    }

    /** The request as Vert.x sees it, on whatever thread and whether or not its scope is active. */
    static RoutingContext context(ContainerRequestContext request) {
        ServerRequestContext framework = ((ResteasyReactiveContainerRequestContext) request).getServerRequestContext();
        return ((ResteasyReactiveRequestContext) framework).unwrap(RoutingContext.class);
    }
}
