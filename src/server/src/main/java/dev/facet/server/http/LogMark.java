package dev.facet.server.http;

import dev.facet.runtime.prediction.RequestListener;
import dev.facet.server.tracing.RequestSpan;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.MDC;

/**
 * What the log's lines of a request carry beside their text: its id, and its trace where there is one. JSON has it as {@code mdc}, a
 * text format by {@code %X{requestId}}. Thread-safe.
 */
public final class LogMark {
    private static final String ID = "requestId";
    private static final String TRACE = "traceId";

    private final String id;
    private final String trace;

    private LogMark(String id, String trace) {
        this.id = id;
        this.trace = trace;
    }

    /** That of a request. */
    public static LogMark of(RoutingContext context) {
        return new LogMark(
                RequestIds.of(context),
                RequestSpan.of(context).map(RequestSpan::traceId).orElse(null));
    }

    /** Marks the request's own context of Vert.x, which goes with the request. */
    void begin() {
        put(ID, id);
        put(TRACE, trace);
    }

    /** Marks this thread until the visit closes. */
    public RequestListener.Visit enter() {
        Object idBefore = MDC.get(ID);
        Object traceBefore = MDC.get(TRACE);
        put(ID, id);
        put(TRACE, trace);
        return () -> {
            put(ID, idBefore);
            put(TRACE, traceBefore);
        };
    }

    private static void put(String key, Object value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
