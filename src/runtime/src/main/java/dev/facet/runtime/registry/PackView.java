package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.nio.file.Path;

/**
 * A resident pack, as it was when the view was taken.
 *
 * @param id address
 * @param manifest what it says of itself
 * @param digest SHA-256 of its file
 * @param plan how it is executed
 * @param sizeBytes native bytes that it alone holds
 * @param active whether it answers for its name
 * @param defaultOfKind whether it is active and answers for its kind
 * @param seed whether it comes with the models folder
 * @param file where its file lies
 */
public record PackView(
        PackId id,
        PackManifest manifest,
        String digest,
        Plan plan,
        long sizeBytes,
        boolean active,
        boolean defaultOfKind,
        boolean seed,
        Path file) {}
