package dev.facet.server.http;

import dev.facet.server.access.Secrets;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The id of a request: the client's, where it sends a plain one, else ours. In the answer, in problems and in the log. */
public final class RequestIds {
    /** The header that carries it, both ways. */
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "facet.request-id";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    private RequestIds() {}

    /** The id of a request, decided at the first call. */
    public static String of(RoutingContext context) {
        String known = context.get(KEY);
        if (known != null) {
            return known;
        }
        String sent = context.request().getHeader(HEADER);
        // Ids stand in logs, keys don't.
        String id = sent != null
                        && PLAIN.matcher(sent).matches()
                        && Secrets.masked(sent).equals(sent)
                ? sent
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        context.put(KEY, id);
        return id;
    }
}
