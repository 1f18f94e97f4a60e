package dev.facet.server.management;

import dev.facet.runtime.registry.PackFailure;
import dev.facet.runtime.registry.PackView;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The packs there are.
 *
 * @param packs all versions, by name and version
 * @param defaults name of the pack that answers for a kind, by kind
 * @param failures packs that should be served and aren't
 */
@Schema(description = "The packs there are")
record PackList(
        @Schema(description = "all versions, by name and version")
        List<PackDocument> packs,

        @Schema(description = "name of the pack that answers for a kind, by kind")
        Map<String, String> defaults,

        @Schema(description = "packs that should be served and aren't")
        List<Failure> failures) {

    /**
     * A pack that should be served and isn't.
     *
     * @param pack its address, or its file's name
     * @param reason what is wrong with it
     */
    @Schema(name = "PackFailure")
    record Failure(String pack, String reason) {}

    static PackList of(List<PackView> packs, Map<String, String> defaults, List<PackFailure> failures) {
        return new PackList(
                packs.stream().map(PackDocument::of).toList(),
                defaults,
                failures.stream()
                        .map(failure -> new Failure(failure.pack(), failure.reason()))
                        .toList());
    }
}
