package dev.facet.server.http;

import dev.facet.runtime.registry.PackStore;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.configuration.LimitsConfiguration;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Receives bodies: images and documents in memory that is reserved as they arrive, packs in a file. No thread waits for them, so
 * a slow client holds a connection and nothing else.
 */
@ApplicationScoped
public class RequestBodies {
    private static final String BODY = "facet.body";
    private static final String FILE = "facet.body.file";
    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final BodyLimits limits;
    private final MemoryBudget memory;
    private final PackStore store;
    private final Refusals refusals;

    RequestBodies(FacetConfiguration configuration, MemoryBudget memory, PackStore store, Refusals refusals) {
        this.limits = BodyLimits.of(configuration.limits());
        this.memory = memory;
        this.store = store;
        this.refusals = refusals;
    }

    /** Bytes of a body with a request of the Open Inference Protocol. */
    public static long inferenceBytes(LimitsConfiguration limits) {
        return BodyLimits.of(limits).inferenceBytes();
    }

    /** The body of a request; empty where it has none. */
    public static ReceivedBody of(RoutingContext context) {
        return context.get(BODY);
    }

    /**
     * The file that a pack was received in; the caller deletes it.
     *
     * @throws ProblemException 422 where the request had no body
     */
    public static Path file(RoutingContext context) {
        FileSink sink = context.get(FILE);
        if (sink == null) {
            throw new ProblemException(422, ProblemCode.BAD_FILE, "file is empty: expected a pack's bytes as the body");
        }
        return sink.take().orElseThrow(() -> new IllegalStateException("file was taken already (bug)"));
    }

    /** The same; empty where the request had no body. */
    public static Optional<Path> fileIfAny(RoutingContext context) {
        return context.get(FILE) == null ? Optional.empty() : Optional.of(file(context));
    }

    /** Whether the body of a request was received in a file. */
    public static boolean isInFile(RoutingContext context) {
        return context.get(FILE) != null;
    }

    /** Receives the body of a request, if it has one; its memory is given back at the request's end. */
    public Future<Void> receive(RoutingContext context) {
        ReceivedBody body = new ReceivedBody(memory);
        context.put(BODY, body);
        if (!hasBody(context.request())) {
            return Future.succeededFuture();
        }
        context.addEndHandler(end -> body.close());
        if (BodyLimits.isUpload(context.request().method().name(), Paths.of(context))) {
            return toFile(context);
        }
        return new BodyReceiver(context, new MemorySink(body), limits, refusals).receive(limits.time());
    }

    private Future<Void> toFile(RoutingContext context) {
        Vertx vertx = context.vertx();
        return vertx.executeBlocking(store::newUpload, false)
                .compose(file -> FileSink.open(vertx, file))
                .compose(sink -> {
                    context.put(FILE, sink);
                    context.addEndHandler(end -> sink.delete());
                    return new BodyReceiver(context, sink, limits, refusals).receive(limits.packTime());
                });
    }

    /** Whether a body comes with a request, by its head. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null) {
            return !length.equals("0");
        }
        return request.version() == HttpVersion.HTTP_2
                ? WITH_BODY.contains(request.method())
                : request.headers().contains("Transfer-Encoding");
    }

    /** What arrives stays in memory. */
    private record MemorySink(ReceivedBody body) implements BodySink {
        @Override
        public boolean add(Buffer chunk, Runnable ready) {
            body.add(chunk);
            return true;
        }

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public void abandon() {
            body.close();
        }
    }
}
