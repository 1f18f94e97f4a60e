package dev.facet.server.http;

import dev.facet.runtime.prediction.RequestListener;
import dev.facet.runtime.registry.PackDescription;
import dev.facet.server.access.Caller;
import dev.facet.server.access.Secrets;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * One line of the log's category {@code facet.access} for each request, once it is over; off unless that category has the level
 * {@code INFO}. Neither queries nor headers that a client sent are written, since they may hold what is secret. In JSON each value is
 * a member of {@code mdc}, too.
 */
@ApplicationScoped
public class AccessLog {
    private static final Logger LOG = Logger.getLogger("facet.access");
    private static final String PACKS = "facet.access.packs";
    private static final int MOST_PACKS = 16;
    /** Of no standard, but what others use in logs: nobody reads the answer. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    /** Begins to watch a request. */
    void begin(RoutingContext context) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        long begin = System.nanoTime();
        context.put(PACKS, new CopyOnWriteArrayList<String>());
        context.addEndHandler(end -> write(context, begin));
    }

    /** Says which pack a request holds; the line names the first ones. */
    public static void pack(RoutingContext context, PackDescription pack) {
        List<String> packs = context.get(PACKS);
        if (packs == null || packs.size() >= MOST_PACKS) {
            return;
        }
        String named = pack.id() + ":" + pack.digest();
        if (!packs.contains(named)) {
            packs.add(named);
        }
    }

    private static void write(RoutingContext context, long begin) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        List<String> packs = context.get(PACKS);
        long micros = (System.nanoTime() - begin) / 1000;
        Map<String, String> values = new LinkedHashMap<>();
        values.put("method", AuditLog.plain(request.method().name()));
        values.put("path", AuditLog.plain(request.path() == null ? "" : Secrets.masked(request.path())));
        values.put("status", Integer.toString(response.ended() ? response.getStatusCode() : CLIENT_CLOSED_REQUEST));
        if (GrpcErrors.isCall(request)) {
            values.put("grpcStatus", GrpcErrors.status(response).orElse("none"));
        }
        values.put("bytesIn", Long.toString(request.bytesRead()));
        values.put("bytesOut", Long.toString(response.bytesWritten()));
        values.put(
                "millis",
                micros / 1000 + "." + Long.toString(1000 + micros % 1000).substring(1));
        values.put(
                "address",
                request.remoteAddress() == null
                        ? "unknown"
                        : request.remoteAddress().hostAddress());
        values.put("key", Caller.name(context));
        values.put("packs", packs.isEmpty() ? "none" : String.join(",", packs));
        StringBuilder line = new StringBuilder("access:");
        values.forEach((name, value) -> line.append(line.length() > 8 ? ", " : " ")
                .append(name)
                .append('=')
                .append(value));
        try (RequestListener.Visit visit = LogMark.of(context).enter()) {
            values.forEach(MDC::put);
            LOG.info(line.append(", requestId=").append(RequestIds.of(context)));
        } finally {
            values.keySet().forEach(MDC::remove);
        }
    }
}
