package dev.facet.server.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Keeps an answer from being lost that is given while the request's body still comes. */
@Provider
class UnreadBodyFilter implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        RoutingContext context = RequestBodyFilter.context(request);
        if (!UnreadBody.isComing(context.request())) {
            return;
        }
        if (UnreadBody.closesConnection(context.request())) {
            response.getHeaders().putSingle("Connection", "close");
        }
        context.vertx().runOnContext(now -> UnreadBody.discard(context));
    }
}
