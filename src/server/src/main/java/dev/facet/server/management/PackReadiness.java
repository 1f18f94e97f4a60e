package dev.facet.server.management;

import dev.facet.runtime.registry.PackState;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.PackView;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Whether a pack answers.
 *
 * @param name its name
 * @param pack address of the version that answers for the name, or of the one that should
 * @param ready whether it answers; a cold pack does
 * @param state {@code open}, {@code cold}, {@code opening} or {@code failed}
 * @param reason what failed; null where it is ready
 */
@Schema(description = "Whether a pack is ready")
record PackReadiness(
        @Schema(examples = "edges") String name,
        @Schema(examples = "edges@1") String pack,
        boolean ready,

        @Schema(enumeration = {"open", "cold", "opening", "failed"})
        String state,

        @Schema(nullable = true) String reason) {

    static PackReadiness of(PackView pack) {
        return new PackReadiness(
                pack.id().name(),
                pack.id().toString(),
                pack.state() != PackState.FAILED,
                PackDocument.state(pack),
                pack.failure().orElse(null));
    }

    static PackReadiness of(String name, PackUnavailableException failure) {
        return new PackReadiness(name, failure.pack(), false, "failed", failure.reason());
    }
}
