package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.tracing.Tracing;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;

/**
 * The first thing that a request meets, before a byte of its body is read: it gets its id, and what can be refused by its head
 * alone is. In between comes the framework's CORS filter, where one is configured: it answers what a browser asks beforehand, and
 * marks refusals, too, as readable for the page that asked.
 */
@ApplicationScoped
class RequestChecks {
    private static final int BEFORE_ALL_OTHERS = 10_000;
    /** The framework's CORS filter has 300. */
    private static final int BEFORE_CORS = 301;

    private static final int AFTER_CORS = 299;

    private static final long DRAINING_RETRY_MILLIS = 5000;

    private final BodyLimits limits;
    private final AllowedOrigins origins;
    private final AccessGuard guard;
    private final Draining draining;
    private final ConnectionLimits connections;
    private final AnswerProgress progress;
    private final Refusals refusals;
    private final AuditLog audit;
    private final AccessLog access;
    private final Tracing tracing;

    RequestChecks(
            FacetConfiguration configuration,
            AllowedOrigins origins,
            AccessGuard guard,
            Draining draining,
            ConnectionLimits connections,
            AnswerProgress progress,
            Refusals refusals,
            AuditLog audit,
            AccessLog access,
            Tracing tracing) {
        this.limits = BodyLimits.of(configuration.limits());
        this.origins = origins;
        this.guard = guard;
        this.draining = draining;
        this.connections = connections;
        this.progress = progress;
        this.refusals = refusals;
        this.audit = audit;
        this.access = access;
        this.tracing = tracing;
    }

    void register(@Observes Filters filters) {
        filters.register(this::begin, BEFORE_ALL_OTHERS);
        filters.register(this::checkOrigin, BEFORE_CORS);
        filters.register(this::check, AFTER_CORS);
    }

    private void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        connections.watch(request);
        progress.watch(context);
        tracing.begin(context, GrpcErrors.isCall(request));
        LogMark.of(context).begin();
        access.begin(context);
        context.response().putHeader(RequestIds.HEADER, RequestIds.of(context));
        joinAccept(request);
        if (draining.isStopping() && request.version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close");
        }
        context.next();
    }

    private void checkOrigin(RoutingContext context) {
        Optional<Problem> refusal = origins.refusal(context.request());
        if (refusal.isEmpty()) {
            context.next();
            return;
        }
        refusals.count(Refusals.Reason.ORIGIN);
        if (BodyLimits.isUpload(context.request().method().name(), Paths.of(context))) {
            audit.refused(context, refusal.get());
        }
        Refusal.send(context, refusal.get());
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = Paths.of(context);
        if (draining.isRefusing() && !path.startsWith("/q/") && !path.startsWith("/v2/health/")) {
            refusals.count(Refusals.Reason.DRAINING);
            Refusal.send(context, stopping());
            return;
        }
        Optional<String> allowed = request.method() == HttpMethod.OPTIONS ? AllowedMethods.of(path) : Optional.empty();
        if (allowed.isPresent()) {
            // The framework would name the methods of the whole resource, not those of the address.
            context.response()
                    .setStatusCode(204)
                    .putHeader("Allow", allowed.get())
                    .end();
            return;
        }
        // Known before a byte of a body is read; what is managed is held against the guard again by its resource.
        Optional<Problem> refusal = guard.admit(context, path);
        if (refusal.isPresent()) {
            Refusal.send(context, refusal.get());
            return;
        }
        long limit = limits.limit(request.method().name(), path);
        long announced = announced(request);
        if (announced > limit) {
            refusals.count(Refusals.Reason.BODY_TOO_LARGE);
            Refusal.send(context, BodyReceiver.tooLarge(announced, limit));
            return;
        }
        context.next();
    }

    /** Several lines of {@code Accept} are one list (RFC 9110, 5.2); the framework reads the first one only. */
    private static void joinAccept(HttpServerRequest request) {
        List<String> lines = request.headers().getAll("Accept");
        if (lines.size() > 1) {
            request.headers().set("Accept", String.join(",", lines));
        }
    }

    /** The length that a request says its body has; −1 where it says none. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return -1;
        }
        try {
            return Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Problem stopping() {
        return new Problem(503, ProblemCode.DRAINING, "the server is about to stop")
                .with(Problem.RETRY_AFTER_MILLIS, DRAINING_RETRY_MILLIS);
    }
}
