package dev.facet.runtime.prediction;

import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.Route;
import java.util.Optional;

/**
 * Which pack a client wants: the default of a task kind, a name, or one version. Where requests to a name are divided between versions,
 * the request's route says which one answers.
 */
public sealed interface PackSelector {
    /** A lease on the pack that answers now. */
    Lease lease(PackRegistry registry);

    /** How the client wrote it; names what failed. */
    String label();

    /** The task kind, where the selector says it. */
    Optional<String> kind();

    /** The default pack of a task kind. */
    record OfKind(String id, Route route) implements PackSelector {
        @Override
        public Lease lease(PackRegistry registry) {
            return registry.acquireDefault(id, route);
        }

        @Override
        public String label() {
            return id;
        }

        @Override
        public Optional<String> kind() {
            return Optional.of(id);
        }
    }

    /**
     * A pack by its name, or by name and version.
     *
     * @param kind task kind that it must have, empty for any
     */
    record Named(String name, Optional<String> version, Optional<String> kind, Route route) implements PackSelector {
        /**
         * Reads {@code name[@version]}.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static Named parse(String text, Optional<String> kind, Route route) {
            int at = text.indexOf('@');
            String name = at < 0 ? text : text.substring(0, at);
            Optional<String> version = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
            if (!PackManifest.isName(name)
                    || version.filter(number -> !PackManifest.isVersion(number)).isPresent()) {
                throw new IllegalArgumentException(
                        "pack: value='%s', expected name[@version] with name [a-z][a-z0-9-]{0,62} and version [0-9]{1,9}"
                                .formatted(text));
            }
            return new Named(name, version, kind, route);
        }

        @Override
        public Lease lease(PackRegistry registry) {
            Lease lease = version.isPresent()
                    ? registry.acquire(new PackId(name, version.get()))
                    : registry.acquire(name, route);
            String actual = lease.manifest().task().id();
            if (kind.isPresent() && !kind.get().equals(actual)) {
                lease.close();
                throw new WrongKindException(label(), actual, kind.get());
            }
            return lease;
        }

        @Override
        public String label() {
            return version.map(number -> name + "@" + number).orElse(name);
        }
    }
}
