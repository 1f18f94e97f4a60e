package dev.facet.server.management;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.PackId;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;

/** Names, versions and kinds in paths and bodies, checked: 400, or 404 for a kind. */
final class Addresses {
    /** A name, as the OpenAPI document has it. */
    static final String NAME = "^[a-z][a-z0-9-]{0,62}$";

    /** A version, as the OpenAPI document has it. */
    static final String VERSION = "^[0-9]{1,9}$";

    private Addresses() {}

    static PackId id(String name, String version) {
        checkName(name);
        if (!PackManifest.isVersion(version)) {
            throw ProblemException.parameter("version", version, "[0-9]{1,9}");
        }
        return new PackId(name, version);
    }

    /** Reads {@code NAME@VERSION}, the cursor of a list. */
    static PackId id(String address) {
        int at = address.indexOf('@');
        String name = at < 0 ? address : address.substring(0, at);
        String version = at < 0 ? "" : address.substring(at + 1);
        if (!PackManifest.isName(name) || !PackManifest.isVersion(version)) {
            throw ProblemException.parameter("after", address, "NAME@VERSION");
        }
        return new PackId(name, version);
    }

    static void checkName(String name) {
        if (!PackManifest.isName(name)) {
            throw ProblemException.parameter("name", name, "[a-z][a-z0-9-]{0,62}");
        }
    }

    static void checkKind(String kind) {
        if (!TaskKind.IDS.contains(kind)) {
            throw new ProblemException(
                    404,
                    ProblemCode.UNKNOWN_TASK,
                    "unknown task: '%s', expected one of %s".formatted(kind, TaskKind.IDS));
        }
    }
}
