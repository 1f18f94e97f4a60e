package dev.facet.server.http;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whose web pages may call the server, where {@code quarkus.http.cors} is on. The framework's CORS filter decides that, but refuses without
 * a word. So pages that it is going to refuse get a problem document before it. What isn't certain is left to it: an origin with the
 * server's own host may be the server's own page, however a proxy changed scheme and port.
 */
@ApplicationScoped
class AllowedOrigins {
    private static final String ANY = "*";

    private final boolean enabled;
    private final List<String> origins;
    private final List<Pattern> patterns;

    AllowedOrigins(
            @ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean enabled,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
        this.enabled = enabled;
        this.origins = origins.orElse(List.of());
        this.patterns = this.origins.stream()
                .filter(AllowedOrigins::isPattern)
                .map(origin -> Pattern.compile(origin.substring(1, origin.length() - 1)))
                .toList();
    }

    /** Regular expressions stand between slashes. */
    private static boolean isPattern(String origin) {
        return origin.length() > 2 && origin.startsWith("/") && origin.endsWith("/");
    }

    /** Why a request is refused; empty where it isn't, as far as its origin is concerned. */
    Optional<Problem> refusal(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (!enabled || origin == null || isAllowed(origin) || isOwnHost(request, origin)) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                403,
                ProblemCode.ORIGIN_NOT_ALLOWED,
                "web pages of this origin may not call the server: Origin='%s', expected one of quarkus.http.cors.origins"
                        .formatted(origin)));
    }

    private boolean isAllowed(String origin) {
        return origins.contains(ANY)
                || origins.contains(origin)
                || patterns.stream().anyMatch(pattern -> pattern.matcher(origin).matches());
    }

    private static boolean isOwnHost(HttpServerRequest request, String origin) {
        HostAndPort own = request.authority();
        try {
            return own != null && own.host().equalsIgnoreCase(URI.create(origin).getHost());
        } catch (IllegalArgumentException e) {
            // "null" and other opaque origins have no host.
            return false;
        }
    }
}
