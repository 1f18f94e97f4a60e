package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;

/**
 * What is known of a registered pack without opening it.
 *
 * @param id address
 * @param manifest what it says of itself
 * @param digest SHA-256 of its file, lower-case hex
 * @param plan how it is executed
 * @param seed whether it comes with the models folder
 */
public record PackDescription(PackId id, PackManifest manifest, String digest, Plan plan, boolean seed) {
    /** Task kind that it answers. */
    public String kind() {
        return manifest.task().id();
    }
}
