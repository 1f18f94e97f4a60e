package dev.facet.server.management;

import dev.facet.core.pack.Plan;
import dev.facet.runtime.registry.Activation;
import dev.facet.runtime.registry.DetachedSignature;
import dev.facet.runtime.registry.PlanChoice;
import dev.facet.runtime.registry.PlugOptions;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What an upload's headers and parameters ask for, checked.
 *
 * @param digest SHA-256 that {@code Content-Digest} announces
 * @param createOnly {@code If-None-Match: *}
 * @param activation whether it becomes the version that answers for its name
 * @param plan how it is executed
 * @param dryRun whether it is only tried
 * @param signature {@code Facet-Signature}
 */
record UploadHeaders(
        Optional<String> digest,
        boolean createOnly,
        Activation activation,
        PlanChoice plan,
        boolean dryRun,
        Optional<DetachedSignature> signature) {
    private static final Set<String> PARAMETERS = Set.of("activate", "dry-run", "plan");

    /**
     * @throws dev.facet.core.pack.PackException {@code BAD_SIGNATURE} for a signature that is none
     * @throws ProblemException 400, or 415 for a body that can't be a pack's bytes as they are
     */
    static UploadHeaders of(RoutingContext context) {
        HttpServerRequest request = context.request();
        MultiMap query = context.queryParams();
        checkEncoding(request);
        for (String name : query.names()) {
            if (!PARAMETERS.contains(name)) {
                throw ProblemException.parameter("query", name, "only activate, dry-run, plan");
            }
            if (query.getAll(name).size() > 1) {
                throw ProblemException.parameter(name, String.join(",", query.getAll(name)), "one value");
            }
        }
        return new UploadHeaders(
                ContentDigest.parse(request.getHeader(ContentDigest.HEADER)),
                createOnly(request.getHeader("If-None-Match")),
                activation(query.get("activate")),
                plan(query.get("plan")),
                dryRun(query.get("dry-run")),
                Optional.ofNullable(request.getHeader("Facet-Signature")).map(DetachedSignature::ofBase64));
    }

    PlugOptions options() {
        return new PlugOptions(activation, plan, createOnly, digest, signature);
    }

    private static void checkEncoding(HttpServerRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.trim().equalsIgnoreCase("identity")) {
            throw new ProblemException(
                    415, ProblemCode.UNSUPPORTED_ENCODING, "a pack is sent as it is: expected no Content-Encoding");
        }
        String type = request.getHeader("Content-Type");
        if (type != null && type.trim().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            throw new ProblemException(
                    415,
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "a pack is the body itself: expected application/octet-stream, not multipart");
        }
    }

    private static boolean createOnly(String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        if (!ifNoneMatch.trim().equals("*")) {
            throw new ProblemException(
                    400, ProblemCode.INVALID_HEADER, "bad header: If-None-Match, expected * on an upload");
        }
        return true;
    }

    private static Activation activation(String value) {
        if (value == null) {
            return Activation.IF_NEW;
        }
        if (value.equals("true")) {
            return Activation.ALWAYS;
        }
        if (value.equals("false")) {
            return Activation.NEVER;
        }
        throw ProblemException.parameter("activate", value, "true|false");
    }

    private static boolean dryRun(String value) {
        if (value != null && !value.equals("true") && !value.equals("false")) {
            throw ProblemException.parameter("dry-run", value, "true|false");
        }
        return "true".equals(value);
    }

    private static PlanChoice plan(String value) {
        if (value == null) {
            return PlanChoice.NONE;
        }
        if (value.equals("auto")) {
            return PlanChoice.AUTOMATIC;
        }
        try {
            return PlanChoice.of(Plan.of(value));
        } catch (IllegalArgumentException e) {
            throw ProblemException.parameter("plan", value, "auto|factored|merged|int8");
        }
    }
}
