package dev.facet.server.http;

import dev.facet.core.digest.Sha256;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may manage: whoever carries the key, or, while none is configured, programs on this machine.
 *
 * <p>A browser on this machine is none of them when another site drives it: requests of a foreign origin, under a foreign host
 * name (DNS rebinding) or passed on by a proxy are refused.
 */
@ApplicationScoped
public class ManagementGuard {
    private static final String SCHEME = "Bearer ";
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|::1)(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOOPBACK_ORIGIN = Pattern.compile(
            "https?://(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private final Optional<byte[]> keyDigest;

    ManagementGuard(FacetConfiguration configuration) {
        this.keyDigest = configuration.management().key().map(Sha256::of);
    }

    /** Why a request may not manage; empty where it may. */
    Optional<Problem> refusal(HttpServerRequest request) {
        if (keyDigest.isPresent()) {
            return carriesKey(request.getHeader("Authorization"))
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            401,
                            "UNAUTHORIZED",
                            "management needs the header 'Authorization: Bearer KEY' with the right key"));
        }
        return isLocal(request)
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                403,
                                "FORBIDDEN",
                                "management answers programs on the server's own machine only, until facet.management.key is set"));
    }

    private boolean carriesKey(String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        keyDigest.get(),
                        Sha256.of(authorization.substring(SCHEME.length()).trim()));
    }

    private static boolean isLocal(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        String host = request.getHeader("Host");
        return isLoopback(request.remoteAddress().hostAddress())
                && (host == null || LOOPBACK_HOST.matcher(host).matches())
                && (origin == null || LOOPBACK_ORIGIN.matcher(origin).matches())
                && (site == null || site.equals("same-origin") || site.equals("none"))
                && request.getHeader("Forwarded") == null
                && request.getHeader("X-Forwarded-For") == null;
    }

    private static boolean isLoopback(String address) {
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
