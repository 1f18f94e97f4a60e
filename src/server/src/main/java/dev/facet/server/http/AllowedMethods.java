package dev.facet.server.http;

import dev.facet.core.task.TaskKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The value of {@code Allow} for an address, which the framework leaves out of its 405. */
final class AllowedMethods {
    private static final Map<Pattern, String> BY_PATH = new LinkedHashMap<>();

    static {
        String suffix = "(\\.[a-z]+)?";
        put("/v1/(" + String.join("|", TaskKind.IDS) + ")" + suffix, "POST, OPTIONS");
        put("/v1/predict" + suffix, "POST, OPTIONS");
        put("/v1/bank", "GET, HEAD, OPTIONS");
        put("/v1/packs", "GET, HEAD, OPTIONS");
        put("/v1/packs/[^/]+", "GET, HEAD, DELETE, OPTIONS");
        put("/v1/packs/[^/]+/ready", "GET, HEAD, OPTIONS");
        put("/v1/packs/[^/]+/versions/[^/]+/signature", "GET, HEAD, OPTIONS");
        put("/v1/packs/[^/]+/versions/[^/]+", "GET, HEAD, PUT, DELETE, OPTIONS");
        put("/v1/packs/[^/]+/(activate|promote|rollback)", "POST, OPTIONS");
        put("/v1/packs/[^/]+/traffic", "GET, HEAD, PUT, DELETE, OPTIONS");
        put("/v1/defaults", "GET, HEAD, OPTIONS");
        put("/v1/defaults/[^/]+", "GET, HEAD, PUT, OPTIONS");
        String model = "/v2/models/[^/]+(/versions/[^/]+)?";
        put("/v2", "GET, HEAD, OPTIONS");
        put("/v2/health/(live|ready)", "GET, HEAD, OPTIONS");
        put("/v2/models/stats", "GET, HEAD, OPTIONS");
        put(model + "(/(ready|config|stats))?", "GET, HEAD, OPTIONS");
        put(model + "/infer", "POST, OPTIONS");
        put("/v2/repository/index", "POST, OPTIONS");
        put("/v2/repository/models/[^/]+/(load|unload)", "POST, OPTIONS");
    }

    private AllowedMethods() {}

    private static void put(String path, String methods) {
        BY_PATH.put(Pattern.compile(path), methods);
    }

    /** The methods of an address; empty where there is no such address. */
    static Optional<String> of(String path) {
        return BY_PATH.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(path).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
