package dev.facet.server.management;

import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.Traffic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How the requests to a pack are divided between its versions.
 *
 * @param name its name
 * @param active the active version; null where none is
 * @param divided whether several versions have a share
 * @param weights percent by version
 * @param previous version that a roll-back leads to after a promotion; else null
 * @param versions the versions with a share that there are, lowest first
 */
@Schema(
        name = "Traffic",
        description = "How the requests to a pack that name no version are divided between its versions")
record TrafficDocument(
        @Schema(examples = "edges") String name,

        @Schema(nullable = true, examples = "1", description = "the active version")
        String active,

        @Schema(description = "whether several versions have a share")
        boolean divided,

        @Schema(examples = "{\"1\": 95, \"2\": 5}", description = "percent by version")
        Map<String, Integer> weights,

        @Schema(nullable = true, description = "after a promotion, the version that a roll-back leads to")
        String previous,

        @Schema(description = "the versions that have a share")
        List<Share> versions) {

    /**
     * One version.
     *
     * @param version its version
     * @param weight percent
     * @param digest SHA-256 of its file, lower-case hex
     * @param state {@code open}, {@code cold}, {@code opening} or {@code failed}
     * @param failure why it couldn't be opened; else null
     */
    @Schema(name = "TrafficShare", description = "A version and its share")
    record Share(
            @Schema(examples = "2") String version,

            @Schema(examples = "5", description = "percent of the requests")
            int weight,

            @Schema(description = "SHA-256 of its file, lower-case hex")
            String digest,

            @Schema(enumeration = {"open", "cold", "opening", "failed"})
            String state,

            @Schema(nullable = true, description = "why it couldn't be opened")
            String failure) {
        private static Share of(PackView pack) {
            return new Share(
                    pack.id().version(),
                    pack.weight(),
                    pack.digest(),
                    PackDocument.state(pack),
                    pack.failure().orElse(null));
        }
    }

    static TrafficDocument of(Traffic traffic) {
        return new TrafficDocument(
                traffic.name(),
                traffic.active().orElse(null),
                traffic.isDivided(),
                new TreeMap<>(traffic.weights()),
                traffic.previous().orElse(null),
                traffic.versions().stream().map(Share::of).toList());
    }
}
