package dev.facet.server.prediction;

import dev.facet.core.task.TaskKind;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.registry.Route;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query parameters that say which packs answer: {@code pack}, or {@code tasks} and {@code packs}. */
final class PackParameter {
    private static final String EXPECTED = "name[@version] with name [a-z][a-z0-9-]{0,62} and version [0-9]{1,9}";

    private PackParameter() {}

    /** The pack of {@code ?pack=}, which must be of the kind, or the kind's default. */
    static PackSelector ofKind(MultiMap query, String kind, Route route) {
        String pack = query.get("pack");
        return pack == null ? new PackSelector.OfKind(kind, route) : named("pack", pack, Optional.of(kind), route);
    }

    /** The packs of {@code ?tasks=} and {@code ?packs=}, each once. */
    static List<PackSelector> several(MultiMap query, int most, Route route) {
        Map<String, PackSelector> selectors = new LinkedHashMap<>();
        for (String kind : elements(query, "tasks")) {
            if (!TaskKind.IDS.contains(kind)) {
                throw new ProblemException(
                        404,
                        ProblemCode.UNKNOWN_TASK,
                        "unknown task: '%s', expected one of %s".formatted(kind, TaskKind.IDS));
            }
            selectors.putIfAbsent(kind, new PackSelector.OfKind(kind, route));
        }
        for (String pack : elements(query, "packs")) {
            selectors.putIfAbsent("pack " + pack, named("packs", pack, Optional.empty(), route));
        }
        if (selectors.isEmpty() || selectors.size() > most) {
            throw ProblemException.parameter(
                    "tasks",
                    String.valueOf(query.get("tasks")),
                    "1 to %d of tasks=%s or packs=name[@version],…".formatted(most, String.join(",", TaskKind.IDS)));
        }
        return List.copyOf(selectors.values());
    }

    private static PackSelector named(String parameter, String text, Optional<String> kind, Route route) {
        try {
            return PackSelector.Named.parse(text, kind, route);
        } catch (IllegalArgumentException e) {
            throw ProblemException.parameter(parameter, text, EXPECTED);
        }
    }

    private static List<String> elements(MultiMap query, String name) {
        String value = query.get(name);
        return value == null ? List.of() : List.of(value.split(",", -1));
    }
}
