package dev.facet.server.http;

import dev.facet.core.access.KeyLimits;
import dev.facet.server.access.Caller;
import dev.facet.server.access.Secrets;
import dev.facet.server.access.Usage;
import dev.facet.server.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Who changed what: one line of the log's category {@code facet.audit} for each management call that changes something, and for
 * each that is refused, as long as those are few. Values that a client chose are quoted, and can't begin a line of their own; of
 * keys, there are names alone.
 */
@ApplicationScoped
public class AuditLog {
    private static final Logger LOG = Logger.getLogger("facet.audit");
    private static final String DONE = "done";
    private static final String DIGEST = "facet.audit.digest";
    private static final int MAX_VALUE = 200;
    /** Refusals that are written down: whoever tries key after key must not fill the disk, nor keep others waiting for it. */
    private static final KeyLimits REFUSALS = new KeyLimits(10, 100, 0, 0);

    private final Usage refusals = new Usage(System.nanoTime());
    private final AtomicLong leftOut = new AtomicLong();

    /** Says which pack a call is about, where its resource knows. */
    public static void digest(RoutingContext context, String digest) {
        context.put(DIGEST, digest);
    }

    /** A call that changed something, or failed to. */
    void done(RoutingContext context, int status) {
        String code = ProblemMappers.code(context);
        write(context, code == null ? DONE : code, status);
    }

    /** A call that changed something. */
    public void done(RoutingContext context) {
        write(context, DONE, 200);
    }

    /** A call that failed to change something. */
    public void failed(RoutingContext context, Problem problem) {
        write(context, problem.code().name(), problem.status());
    }

    /** A call without the key, or without its scope. */
    void refused(RoutingContext context, Problem problem) {
        if (refusals.request(REFUSALS, System.nanoTime()).isPresent()) {
            leftOut.incrementAndGet();
            return;
        }
        long before = leftOut.getAndSet(0);
        write(context, problem.code().name(), problem.status(), before == 0 ? "" : ", left out before=" + before);
    }

    private static void write(RoutingContext context, String outcome, int status) {
        write(context, outcome, status, "");
    }

    private static void write(RoutingContext context, String outcome, int status, String more) {
        HttpServerRequest request = context.request();
        String digest = context.get(DIGEST);
        LOG.infof(
                "audit: action='%s %s', outcome=%s, status=%d, digest=%s, address=%s, key=%s, requestId=%s%s",
                request.method(),
                plain(Secrets.maskedAddress(request.path(), request.query())),
                outcome,
                status,
                digest == null ? "unknown" : digest,
                request.remoteAddress() == null
                        ? "unknown"
                        : request.remoteAddress().hostAddress(),
                Caller.name(context),
                RequestIds.of(context),
                more);
    }

    /** As much of a value as a line may have, without what could end it or begin another. */
    static String plain(String value) {
        String shown = value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) + "…" : value;
        return shown.replaceAll("[^!-&(-~…]", "_");
    }
}
