package dev.facet.server.http;

import dev.facet.runtime.registry.Route;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** The header {@code Facet-Route-Key}: what is equal there gets the same version of a pack whose requests are divided. */
public final class RouteKey {
    /** Name of the header, over gRPC of the metadata. */
    public static final String HEADER = "Facet-Route-Key";

    private RouteKey() {}

    /**
     * The route of a request: by its key, else by chance.
     *
     * @throws ProblemException 400 for a key that is empty or too long
     */
    public static Route route(HttpServerRequest request) {
        try {
            return Route.of(Optional.ofNullable(request.getHeader(HEADER)));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    400, ProblemCode.INVALID_HEADER, "bad header: %s: %s".formatted(HEADER, e.getMessage()));
        }
    }
}
