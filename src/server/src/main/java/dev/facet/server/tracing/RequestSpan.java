package dev.facet.server.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The span of a request of HTTP or gRPC. Thread-safe. */
public final class RequestSpan {
    private static final String KEY = "facet.span";
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

    private final Tracer tracer;
    private final Span span;
    private final String method;

    RequestSpan(Tracer tracer, Span span, String method) {
        this.tracer = tracer;
        this.span = span;
        this.method = method;
    }

    static void put(RoutingContext context, RequestSpan span) {
        context.put(KEY, span);
    }

    /** That of a request; empty where it has none. */
    public static Optional<RequestSpan> of(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    /** Names it after the address that answers: as the resource has it, with its variables. */
    public void route(String template) {
        span.updateName(method + " " + template);
        span.setAttribute(ROUTE, template);
    }

    /** Its trace, 32 digits; the log's lines carry it. */
    public String traceId() {
        return span.getSpanContext().getTraceId();
    }

    /** Collects what a prediction does; empty where the trace isn't sampled. */
    public Optional<PredictionSpans> prediction(long beginNanos) {
        return span.isRecording()
                ? Optional.of(new PredictionSpans(tracer, Context.root().with(span), beginNanos))
                : Optional.empty();
    }
}
