package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;
import java.util.Optional;

/**
 * A pack as a setting names it.
 *
 * @param name of the pack
 * @param version empty for the one that answers for the name
 */
public record PackReference(String name, Optional<String> version) {
    /** Reads {@code NAME} or {@code NAME@VERSION}; {@link IllegalArgumentException} for anything else. */
    public static PackReference parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        Optional<String> version = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        if (!PackManifest.isName(name) || (version.isPresent() && !PackManifest.isVersion(version.get()))) {
            throw new IllegalArgumentException(
                    "pack: value='%s', expected NAME or NAME@VERSION with name [a-z][a-z0-9-]{0,62} and version [0-9]{1,9}"
                            .formatted(text));
        }
        return new PackReference(name, version);
    }

    @Override
    public String toString() {
        return version.map(number -> name + "@" + number).orElse(name);
    }
}
