package dev.facet.server.tracing;

import dev.facet.server.access.Secrets;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Begins and ends the span of each request, by OpenTelemetry's conventions for HTTP and RPC. Neither queries nor headers are told, since
 * they may hold what is secret. Thread-safe.
 */
final class RequestSpans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.version");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<Long> RPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");

    private static final String GRPC_STATUS = "grpc-status";

    /** Codes of gRPC that are the server's fault: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
    private static final Set<Integer> FAULTS = Set.of(2, 4, 12, 13, 14, 15);

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public String get(MultiMap headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    RequestSpans(OpenTelemetry sdk, String version) {
        this.tracer = sdk.getTracer("dev.facet.server", version);
        this.propagator = sdk.getPropagators().getTextMapPropagator();
    }

    void begin(RoutingContext context, boolean isCall) {
        HttpServerRequest request = context.request();
        String path = request.path();
        if (path == null || isProbe(path)) {
            return;
        }
        Context parent = propagator.extract(Context.root(), request.headers(), HEADERS);
        Span span = (isCall ? ofCall(Secrets.masked(path)) : ofRequest(request, path))
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        describe(span, request);
        RequestSpan.put(context, new RequestSpan(tracer, span, request.method().name()));
        context.response().putHeader("traceresponse", traceResponse(span));
        context.addEndHandler(end -> {
            if (isCall) {
                endCall(span, context.response());
            } else {
                endRequest(span, context.response());
            }
        });
    }

    /** They come every second, and tell nothing. */
    private static boolean isProbe(String path) {
        return path.startsWith("/q/")
                || path.startsWith("/v2/health/")
                || path.startsWith("/grpc.health.")
                || path.equals("/metrics");
    }

    private SpanBuilder ofRequest(HttpServerRequest request, String path) {
        String method =
                METHODS.contains(request.method().name()) ? request.method().name() : "_OTHER";
        return tracer.spanBuilder(method.equals("_OTHER") ? "HTTP" : method)
                .setAttribute(METHOD, method)
                .setAttribute(PATH, Secrets.masked(path))
                .setAttribute(SCHEME, request.scheme());
    }

    private SpanBuilder ofCall(String path) {
        int slash = path.lastIndexOf('/');
        return tracer.spanBuilder(path.substring(1))
                .setAttribute(RPC_SYSTEM, "grpc")
                .setAttribute(RPC_SERVICE, path.substring(Math.min(1, slash), slash))
                .setAttribute(RPC_METHOD, path.substring(slash + 1));
    }

    private static void describe(Span span, HttpServerRequest request) {
        HostAndPort server = request.authority();
        if (server != null) {
            span.setAttribute(SERVER, server.host());
            if (server.port() > 0) {
                span.setAttribute(PORT, (long) server.port());
            }
        }
        SocketAddress client = request.remoteAddress();
        if (client != null && client.hostAddress() != null) {
            span.setAttribute(CLIENT, client.hostAddress());
        }
        span.setAttribute(PROTOCOL, protocol(request.version()));
    }

    private static String protocol(HttpVersion version) {
        return switch (version) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            case HTTP_2 -> "2";
        };
    }

    /** W3C Trace Context, Level 2: tells a client that sent no context where the answer's spans are. */
    private static String traceResponse(Span span) {
        return "00-%s-%s-%s"
                .formatted(
                        span.getSpanContext().getTraceId(),
                        span.getSpanContext().getSpanId(),
                        span.getSpanContext().getTraceFlags().asHex());
    }

    private static void endRequest(Span span, HttpServerResponse response) {
        int status = response.getStatusCode();
        if (response.headWritten()) {
            span.setAttribute(STATUS, (long) status);
        }
        if (!response.ended()) {
            span.setAttribute(ERROR, "disconnected").setStatus(StatusCode.ERROR, "the client left");
        } else if (status >= 500) {
            span.setAttribute(ERROR, Integer.toString(status)).setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static void endCall(Span span, HttpServerResponse response) {
        String status = response.trailers().get(GRPC_STATUS);
        if (status == null) {
            // Without a message before, the headers are the trailers.
            status = response.headers().get(GRPC_STATUS);
        }
        if (!response.ended() || status == null) {
            span.setAttribute(ERROR, "disconnected").setStatus(StatusCode.ERROR, "the client left");
        } else {
            int code = Integer.parseInt(status);
            span.setAttribute(RPC_STATUS, (long) code);
            if (FAULTS.contains(code)) {
                span.setAttribute(ERROR, status).setStatus(StatusCode.ERROR);
            }
        }
        span.end();
    }
}
