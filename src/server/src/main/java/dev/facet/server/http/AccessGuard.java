package dev.facet.server.http;

import dev.facet.core.access.Scope;
import dev.facet.runtime.schedule.Client;
import dev.facet.server.access.AccessKeys;
import dev.facet.server.access.Caller;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Who may do what: decided by the key that a request carries, and by nothing else, wherever the request comes from. */
@ApplicationScoped
public class AccessGuard {
    private static final String BEARER = "Bearer ";
    private static final String API_KEY = "X-Api-Key";

    private final AccessKeys keys;
    private final Refusals refusals;
    private final AuditLog audit;

    AccessGuard(AccessKeys keys, Refusals refusals, AuditLog audit) {
        this.keys = keys;
        this.refusals = refusals;
        this.audit = audit;
    }

    /**
     * Looks who calls, counts the request, and holds it against what its address needs; before a byte of a body is read.
     *
     * @return why it is refused; empty where it may go on
     */
    Optional<Problem> admit(RoutingContext context, String path) {
        HttpServerRequest request = context.request();
        Caller caller = keys.caller(key(request));
        caller.remember(context);
        Need need = Need.of(request.method().name(), path, keys.hasFile());
        if (need == Need.NOTHING) {
            return Optional.empty();
        }
        Optional<Problem> refusal = early(caller);
        if (!GrpcErrors.isCall(request)) {
            putLimits(caller, context.response());
        }
        if (refusal.isEmpty()) {
            refusal = need.isMetBy(caller) ? Optional.empty() : Optional.of(refused(caller, need.scope()));
            refusal.ifPresent(problem -> count(context, problem, need == Need.MANAGE));
        }
        return refusal;
    }

    /**
     * Looks again who calls and counts one more message of a stream: the key may be gone since the stream began.
     *
     * @throws ProblemException 401, 403 or 429
     */
    public void admitMessage(RoutingContext context) {
        Caller caller = keys.caller(key(context.request()));
        caller.remember(context);
        early(caller).ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        // Whether it may predict is asked where it does.
    }

    /** Why a request that was admitted may not manage; empty where it may. */
    public Optional<Problem> refusal(RoutingContext context) {
        Caller caller = Caller.of(context);
        if (caller.may(Scope.MANAGE)) {
            return Optional.empty();
        }
        Problem problem = refused(caller, Optional.of(Scope.MANAGE));
        count(context, problem, true);
        return Optional.of(problem);
    }

    /**
     * Who asks for a prediction.
     *
     * @throws ProblemException 401 or 403 for who may not
     */
    public static Client predicting(RoutingContext context) {
        Caller caller = Caller.of(context);
        if (!caller.may(Scope.PREDICT)) {
            throw new ProblemException(refused(caller, Optional.of(Scope.PREDICT)));
        }
        return caller.client(context.request());
    }

    private Optional<Problem> early(Caller caller) {
        Optional<Duration> wait = caller.request();
        wait.ifPresent(duration -> refusals.count(Refusals.Reason.RATE));
        return wait.map(duration -> new Problem(
                        429,
                        ProblemCode.RATE_EXCEEDED,
                        "requests come faster than the key allows: key='%s'; come again after %d ms"
                                .formatted(caller.name(), duration.toMillis() + 1))
                .with(Problem.RETRY_AFTER_MILLIS, duration.toMillis() + 1));
    }

    private void count(RoutingContext context, Problem problem, boolean managing) {
        refusals.count(problem.status() == 401 ? Refusals.Reason.UNAUTHORIZED : Refusals.Reason.FORBIDDEN);
        if (managing) {
            audit.refused(context, problem);
        }
    }

    private static Problem refused(Caller caller, Optional<Scope> scope) {
        if (caller.isKnown()) {
            return new Problem(
                    403,
                    ProblemCode.FORBIDDEN,
                    "key doesn't have the scope: key='%s', expected '%s'"
                            .formatted(caller.name(), scope.map(Scope::id).orElse(Scope.PREDICT.id())));
        }
        return new Problem(
                401,
                ProblemCode.UNAUTHORIZED,
                "%s needs the header 'Authorization: Bearer KEY' or 'X-Api-Key: KEY' with the right key"
                        .formatted(scope.filter(Scope.MANAGE::equals).isPresent() ? "management" : "this address"));
    }

    private static void putLimits(Caller caller, HttpServerResponse response) {
        caller.limitHeaders().ifPresent(headers -> {
            response.putHeader("RateLimit-Policy", headers.policy());
            response.putHeader("RateLimit", headers.left());
        });
    }

    /** The key that a request carries, null where it carries none. The header that is for keys alone goes first. */
    private static String key(HttpServerRequest request) {
        String apiKey = request.getHeader(API_KEY);
        if (apiKey != null) {
            return apiKey.trim();
        }
        String authorization = request.getHeader("Authorization");
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).trim()
                : null;
    }
}
