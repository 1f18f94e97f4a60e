package dev.facet.server.http;

import dev.facet.server.tracing.RequestSpan;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Pattern;

/** Names the span of a request after the address that answers it. */
@Provider
class RouteFilter implements ContainerRequestFilter {
    /** A variable with the pattern that its values have. */
    private static final Pattern PATTERN = Pattern.compile("\\{\\s*(\\w+)\\s*:[^}]*}");

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        RequestSpan.of(RequestBodyFilter.context(request)).ifPresent(span -> span.route(template()));
    }

    private String template() {
        Path above = resource.getResourceClass().getAnnotation(Path.class);
        Path below = resource.getResourceMethod().getAnnotation(Path.class);
        StringBuilder template = new StringBuilder();
        for (Path part : new Path[] {above, below}) {
            if (part != null && !part.value().equals("/")) {
                template.append(part.value().startsWith("/") ? "" : "/").append(part.value());
            }
        }
        return PATTERN.matcher(template).replaceAll("{$1}");
    }
}
