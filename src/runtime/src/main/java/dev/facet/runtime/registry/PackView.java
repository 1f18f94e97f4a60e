package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A registered pack, as it was when the view was taken.
 *
 * @param description what it is
 * @param active whether it answers for its name
 * @param weight percent of the requests to its name that it gets, without those that say a version
 * @param defaultOfKind whether it is active and answers for its kind
 * @param state whether it is open
 * @param sizeBytes native bytes that it alone holds; 0 unless it is open
 * @param failure why it couldn't be opened; empty unless it failed
 * @param file where its file lies
 */
public record PackView(
        PackDescription description,
        boolean active,
        int weight,
        boolean defaultOfKind,
        PackState state,
        long sizeBytes,
        Optional<String> failure,
        Path file) {
    public PackId id() {
        return description.id();
    }

    public PackManifest manifest() {
        return description.manifest();
    }

    /** SHA-256 of its file. */
    public String digest() {
        return description.digest();
    }

    public Plan plan() {
        return description.plan();
    }

    /** Whether it comes with the models folder. */
    public boolean seed() {
        return description.seed();
    }
}
