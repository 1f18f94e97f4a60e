package dev.facet.server.http;

import dev.facet.core.access.Scope;
import dev.facet.server.access.Caller;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an address needs of who calls it, by method and path (without a slash at its end). What isn't named here needs a key of any
 * scope; what is managed is held against the guard by its resource, too.
 */
enum Need {
    /** Probes, metrics, the page, the contract and its console. */
    NOTHING,
    /** A key of any scope, where keys are wanted: lists and metadata, and addresses that there aren't. */
    READ,
    PREDICT,
    MANAGE;

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final String HEALTH = "/grpc.health.v1.Health/";
    private static final Set<String> OPEN =
            Set.of("/", "/metrics", "/q", SERVICE + "ServerLive", SERVICE + "ServerReady", SERVICE + "ModelReady");
    /** Of a model, a pack or the page. */
    private static final Pattern OPEN_FORM = Pattern.compile(
            "/q/.*|/v2/health/[^/]+|/v2/models/[^/]+(/versions/[^/]+)?/ready|/v1/packs/[^/]+/ready|/page/[^/]+");

    private static final Pattern DOWNLOAD = Pattern.compile("/v1/packs/[^/]+/versions/.*");
    private static final Pattern CHANGE = Pattern.compile("/v1/(packs|defaults)/.*");
    private static final String REPOSITORY = "/v2/repository/";

    /** @param closed whether there is a file of keys: without one, lists are open, and resources alone say what is managed */
    static Need of(String method, String path, boolean closed) {
        if (method.equals("OPTIONS") || OPEN.contains(path) || path.startsWith(HEALTH)) {
            return NOTHING;
        }
        if (BodyLimits.isUpload(method, path) || closed && isManagement(method, path)) {
            return MANAGE;
        }
        if (OPEN_FORM.matcher(path).matches()) {
            return NOTHING;
        }
        return method.equals("POST") && BodyLimits.predicts(path) ? PREDICT : READ;
    }

    private static boolean isManagement(String method, String path) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        return path.startsWith(REPOSITORY)
                || path.startsWith(SERVICE + "Repository")
                || (reads ? DOWNLOAD : CHANGE).matcher(path).matches();
    }

    boolean isMetBy(Caller caller) {
        return switch (this) {
            case NOTHING -> true;
            case READ -> caller.mayRead();
            case PREDICT -> caller.may(Scope.PREDICT);
            case MANAGE -> caller.may(Scope.MANAGE);
        };
    }

    /** The scope that is needed; empty where any will do. */
    Optional<Scope> scope() {
        return switch (this) {
            case PREDICT -> Optional.of(Scope.PREDICT);
            case MANAGE -> Optional.of(Scope.MANAGE);
            case NOTHING, READ -> Optional.empty();
        };
    }
}
