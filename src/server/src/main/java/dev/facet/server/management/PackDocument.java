package dev.facet.server.management;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Decoder;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Provenance;
import dev.facet.core.pack.Score;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.Rehearsal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One version of a pack as clients see it.
 *
 * @param name its name
 * @param version its version
 * @param kind task kind that it answers
 * @param description what it is, for people
 * @param digest SHA-256 of its file, lower-case hex
 * @param active whether it answers for its name
 * @param weight percent of the requests to its name that it gets, without those that name a version
 * @param defaultOfKind whether it answers for its kind
 * @param origin {@code seed} or {@code uploaded}
 * @param state whether it is in memory: {@code open}, {@code cold}, {@code opening} or {@code failed}
 * @param failure why it couldn't be opened; null unless it failed
 * @param plan how it is executed
 * @param plans plans that it may run under, with the measured change of its metric
 * @param memoryBytes native bytes that it alone holds; 0 unless it is open
 * @param parameters parameters of its kind: classes, quantity, unit, axes
 * @param architecture encoder
 * @param outputStride 8, 16 or 32
 * @param modulation how it adapts the bank
 * @param modulatedFrom first stage that it modulates
 * @param decoder its head
 * @param input how an image becomes its input
 * @param metrics its scores
 * @param provenance where it comes from
 * @param licence terms
 * @param bank fingerprint of the bank that it was made for; null where it needs none
 * @param dryRun what an upload would do; left out unless it was only tried
 */
@Schema(name = "Pack", description = "One version of a pack")
record PackDocument(
        @Schema(examples = "edges") String name,
        @Schema(examples = "1") String version,
        @Schema(examples = "edges") String kind,
        String description,

        @Schema(description = "SHA-256 of its file, lower-case hex")
        String digest,

        @Schema(description = "whether it answers for its name")
        boolean active,

        @Schema(description = "percent of the requests to its name that it gets, without those that name a version")
        int weight,

        @Schema(description = "whether it answers for its kind")
        boolean defaultOfKind,

        @Schema(enumeration = {"seed", "uploaded"}) String origin,

        @Schema(
                enumeration = {"open", "cold", "opening", "failed"},
                description = "whether it is in memory; a cold one is opened by the first request for it")
        String state,

        @Schema(nullable = true, description = "why it couldn't be opened")
        String failure,

        @Schema(enumeration = {"factored", "merged", "int8"})
        String plan,

        @Schema(description = "plans that it may run under, with the measured change of its metric")
        Map<String, Double> plans,

        @Schema(description = "native bytes that it alone holds; 0 unless it is open")
        long memoryBytes,

        @Schema(ref = "PackParameters") TaskKind parameters,

        String architecture,
        int outputStride,
        String modulation,

        @Schema(description = "first stage that it modulates")
        String modulatedFrom,

        @Schema(ref = "Decoder") Decoder decoder,
        InputPolicy input,
        List<Score> metrics,
        Provenance provenance,
        String licence,

        @Schema(nullable = true, description = "fingerprint of its bank")
        String bank,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(description = "what the upload would do; only in the answer to an upload with dry-run=true")
        DryRun dryRun) {

    /**
     * What an upload would do. The rest of the document is the pack as it would be.
     *
     * @param created whether it would be new
     * @param activated whether it would become the active version
     * @param answering version that is active now; null for none
     * @param endsTraffic whether requests that are divided now would no longer be
     */
    @Schema(description = "What an upload would do")
    record DryRun(
            @Schema(description = "whether it would be new; otherwise the server has these bytes already")
            boolean created,

            @Schema(description = "whether it would become the active version")
            boolean activated,

            @Schema(nullable = true, description = "the version that is active now")
            String answering,

            @Schema(description = "whether requests that are divided between versions now would no longer be")
            boolean endsTraffic) {}

    static String state(PackView pack) {
        return pack.state().name().toLowerCase(Locale.ROOT);
    }

    static PackDocument of(PackView pack) {
        return of(pack, pack.sizeBytes(), null);
    }

    /** What an upload would do, and the pack as it would be while it is open. */
    static PackDocument of(Rehearsal rehearsal) {
        PackView pack = rehearsal.pack();
        String answering = rehearsal.active().orElse(null);
        boolean activated = pack.active() && !pack.id().version().equals(answering);
        return of(
                pack,
                rehearsal.memoryBytes(),
                new DryRun(rehearsal.created(), activated, answering, rehearsal.endsDivision()));
    }

    private static PackDocument of(PackView pack, long memoryBytes, DryRun dryRun) {
        PackManifest manifest = pack.manifest();
        return new PackDocument(
                manifest.name(),
                manifest.version(),
                manifest.task().id(),
                manifest.description(),
                pack.digest(),
                pack.active(),
                pack.weight(),
                pack.defaultOfKind(),
                pack.seed() ? "seed" : "uploaded",
                state(pack),
                pack.failure().orElse(null),
                pack.plan().id(),
                new TreeMap<>(manifest.plans().entrySet().stream()
                        .collect(Collectors.toMap(entry -> entry.getKey().id(), Map.Entry::getValue))),
                memoryBytes,
                manifest.task(),
                manifest.architecture().id(),
                manifest.outputStride(),
                manifest.modulation().id(),
                manifest.modulatedFrom().id(),
                manifest.decoder(),
                manifest.input(),
                manifest.scores(),
                manifest.provenance(),
                manifest.licence(),
                manifest.bank().orElse(null),
                dryRun);
    }
}
