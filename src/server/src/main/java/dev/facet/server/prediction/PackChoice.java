package dev.facet.server.prediction;

import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.server.problem.ProblemException;
import java.util.Optional;

/** Which pack a client wants: the default of a kind, the active version of a name, or one version. */
sealed interface PackChoice {
    /** A lease on the pack that answers now. */
    Lease lease(PackRegistry registry);

    /** How the client wrote it; names the part of an answer that failed. */
    String label();

    /** The default pack of a kind. */
    record OfKind(String kind) implements PackChoice {
        @Override
        public Lease lease(PackRegistry registry) {
            return registry.acquireDefault(kind);
        }

        @Override
        public String label() {
            return kind;
        }
    }

    /** A pack by its name, or by name and version. */
    record Named(String name, Optional<String> version) implements PackChoice {
        @Override
        public Lease lease(PackRegistry registry) {
            return version.isPresent() ? registry.acquire(new PackId(name, version.get())) : registry.acquire(name);
        }

        @Override
        public String label() {
            return version.map(number -> name + "@" + number).orElse(name);
        }
    }

    /** Reads {@code name[@version]}. */
    static PackChoice named(String parameter, String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        Optional<String> version = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        if (!PackManifest.isName(name) || (version.isPresent() && !PackManifest.isVersion(version.get()))) {
            throw ProblemException.parameter(
                    parameter, text, "name[@version] with name [a-z][a-z0-9-]{0,62} and version [0-9]{1,9}");
        }
        return new Named(name, version);
    }
}
