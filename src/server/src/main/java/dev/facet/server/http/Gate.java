package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.problem.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * The first thing that a request meets: it gets its id, its body is held against the limit of its path, and an image is read
 * whole, on the event loop, so that a slow client never holds a worker.
 */
@ApplicationScoped
public class Gate {
    private static final String BODY = "facet.body";
    private static final int BEFORE_ALL_OTHERS = 10_000;
    private static final long RETRY_MILLIS = 1000;
    private static final long DRAINING_RETRY_MILLIS = 5000;

    private final BodyLimits limits;
    private final Budget memory;
    private final ManagementGuard guard;
    private final Draining draining;

    Gate(FacetConfiguration configuration, ManagementGuard guard, Draining draining) {
        this.draining = draining;
        this.guard = guard;
        this.limits = BodyLimits.of(configuration.limits());
        this.memory = new Budget(configuration.limits().bodyBytes().asLongValue());
    }

    void register(@Observes Filters filters) {
        filters.register(this::pass, BEFORE_ALL_OTHERS);
    }

    /** The body of a prediction request; empty where there is none. */
    public static Buffer body(RoutingContext context) {
        Buffer body = context.get(BODY);
        return body == null ? Buffer.buffer() : body;
    }

    private void pass(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.response().putHeader(RequestIds.HEADER, RequestIds.of(context));
        String path = context.normalizedPath();
        if (draining.isStopping()) {
            context.response().putHeader("Connection", "close");
        }
        if (draining.isRefusing() && !path.startsWith("/q/")) {
            Refusal.send(context, stopping());
            return;
        }
        if (request.method() == HttpMethod.OPTIONS && AllowedMethods.of(path).isPresent()) {
            // The framework would name the methods of the whole resource, not those of the address.
            context.response()
                    .setStatusCode(204)
                    .putHeader("Allow", AllowedMethods.of(path).get())
                    .end();
            return;
        }
        if (BodyLimits.isUpload(request.method().name(), path)) {
            // Known before a byte of the pack is read; the resource itself is held against the guard again.
            Optional<Problem> refusal = guard.refusal(request);
            if (refusal.isPresent()) {
                Refusal.send(context, refusal.get());
                return;
            }
        }
        long limit = limits.limit(path);
        long announced = announced(request);
        if (announced > limit) {
            Refusal.send(context, tooLarge(announced, limit));
            return;
        }
        if (request.method() == HttpMethod.POST && BodyLimits.isPrediction(path)) {
            read(context, Math.max(0, announced), limit);
            return;
        }
        context.next();
    }

    private void read(RoutingContext context, long announced, long limit) {
        HttpServerRequest request = context.request();
        if (!memory.take(announced)) {
            Refusal.send(context, busy());
            return;
        }
        Intake intake = new Intake(context, announced, limit);
        context.addEndHandler(end -> memory.give(intake.taken));
        request.handler(intake::chunk);
        request.exceptionHandler(failure -> intake.over = true);
        request.endHandler(end -> intake.end());
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            context.response().writeContinue();
        }
        request.resume();
    }

    /** One body on its way in; all calls come from its event loop. */
    private final class Intake {
        private final RoutingContext context;
        private final long limit;
        private final Buffer body;
        private long taken;
        private boolean over;

        Intake(RoutingContext context, long announced, long limit) {
            this.context = context;
            this.taken = announced;
            this.limit = limit;
            // Grows as bytes arrive: nothing is allocated from an announcement.
            this.body = Buffer.buffer((int) Math.min(announced, 64 << 10));
        }

        void chunk(Buffer chunk) {
            if (over) {
                return;
            }
            long length = (long) body.length() + chunk.length();
            if (length > limit) {
                over = true;
                Refusal.send(context, tooLarge(length, limit));
                return;
            }
            if (length > taken) {
                if (!memory.take(length - taken)) {
                    over = true;
                    Refusal.send(context, busy());
                    return;
                }
                taken = length;
            }
            body.appendBuffer(chunk);
        }

        void end() {
            if (over) {
                return;
            }
            over = true;
            context.put(BODY, body);
            context.next();
        }
    }

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

    private static Problem tooLarge(long bytes, long limit) {
        return new Problem(
                        413, "BODY_TOO_LARGE", "body too large: bytes=%d, expected at most %d".formatted(bytes, limit))
                .with("limit", limit);
    }

    private static Problem stopping() {
        return new Problem(503, "DRAINING", "the server is about to stop")
                .with(Problem.RETRY_AFTER_MILLIS, DRAINING_RETRY_MILLIS);
    }

    private static Problem busy() {
        return new Problem(429, "QUEUE_FULL", "too many images are being held; try again")
                .with(Problem.RETRY_AFTER_MILLIS, RETRY_MILLIS);
    }
}
