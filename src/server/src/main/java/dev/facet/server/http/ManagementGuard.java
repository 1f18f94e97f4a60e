package dev.facet.server.http;

import dev.facet.core.digest.Sha256;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Optional;

/** Who may manage: whoever carries the key, and nobody else, wherever the call comes from. */
@ApplicationScoped
public class ManagementGuard {
    private static final String SCHEME = "Bearer ";

    private final byte[] keyDigest;

    ManagementGuard(ManagementKey key) {
        this.keyDigest = Sha256.of(key.value());
    }

    /** Why a request may not manage; empty where it may. */
    Optional<Problem> refusal(HttpServerRequest request) {
        String key = key(request);
        // Digests are of one length, whatever the key's is.
        if (key != null && MessageDigest.isEqual(keyDigest, Sha256.of(key))) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                401,
                ProblemCode.UNAUTHORIZED,
                "management needs the header 'Authorization: Bearer KEY' with the right key"));
    }

    /** The key that a request carries, null where it carries none. */
    static String key(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).trim()
                : null;
    }
}
