package dev.facet.server.http;

import dev.facet.core.digest.Sha256;
import dev.facet.server.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import org.jboss.logging.Logger;

/**
 * Who changed what: one line of the log's category {@code facet.audit} for each management call that changes something, and for
 * each that is refused. Values that a client chose are quoted, and can't begin a line of their own.
 */
@ApplicationScoped
public class AuditLog {
    private static final Logger LOG = Logger.getLogger("facet.audit");
    private static final String DIGEST = "facet.audit.digest";
    private static final int MAX_VALUE = 200;
    private static final int FINGERPRINT_BYTES = 4;

    private final Refusals refusals;

    AuditLog(Refusals refusals) {
        this.refusals = refusals;
    }

    /** Says which pack a call is about, where its resource knows. */
    public static void digest(RoutingContext context, String digest) {
        context.put(DIGEST, digest);
    }

    /** A call that changed something, or failed to. */
    void done(RoutingContext context, int status) {
        String code = ProblemMappers.code(context);
        write(context, code == null ? "done" : code, status);
    }

    /** A call without the key. */
    void refused(RoutingContext context, Problem problem) {
        refusals.count(Refusals.Reason.UNAUTHORIZED);
        write(context, problem.code().name(), problem.status());
    }

    private static void write(RoutingContext context, String outcome, int status) {
        HttpServerRequest request = context.request();
        String digest = context.get(DIGEST);
        LOG.infof(
                "audit: action='%s %s', outcome=%s, status=%d, digest=%s, address=%s, key=%s, requestId=%s",
                request.method(),
                plain(request.path() + (request.query() == null ? "" : "?" + request.query())),
                outcome,
                status,
                digest == null ? "unknown" : digest,
                request.remoteAddress() == null
                        ? "unknown"
                        : request.remoteAddress().hostAddress(),
                fingerprint(ManagementGuard.key(request)),
                RequestIds.of(context));
    }

    /** The beginning of the key's SHA-256: tells keys apart, and tells nothing of them. */
    private static String fingerprint(String key) {
        return key == null ? "none" : HexFormat.of().formatHex(Sha256.of(key), 0, FINGERPRINT_BYTES);
    }

    private static String plain(String value) {
        String shown = value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) + "…" : value;
        return shown.replaceAll("[^!-&(-~…]", "_");
    }
}
