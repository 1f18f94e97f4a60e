package dev.facet.server.management;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Decoder;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Provenance;
import dev.facet.core.pack.Score;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.PackView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
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
 * @param defaultOfKind whether it answers for its kind
 * @param origin {@code seed} or {@code uploaded}
 * @param state whether it is in memory: {@code open}, {@code cold}, {@code opening} or {@code failed}
 * @param failure why it couldn't be opened; null unless it failed
 * @param plan how it is executed
 * @param plans plans that it may run under, with the measured change of its metric
 * @param memoryBytes native bytes that it alone holds; 0 unless it is open
 * @param parameters parameters of its kind: classes, unit, axes
 * @param architecture encoder
 * @param outputStride 8 or 16
 * @param modulation how it adapts the bank
 * @param modulatedFrom first stage that it modulates
 * @param decoder its head
 * @param input how an image becomes its input
 * @param metrics its scores
 * @param provenance where it comes from
 * @param licence terms
 * @param bank fingerprint of the bank that it was made for; null where it needs none
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

        @Schema(type = SchemaType.OBJECT, description = "parameters of its kind: classes, unit, axes")
        TaskKind parameters,

        String architecture,
        int outputStride,
        String modulation,

        @Schema(description = "first stage that it modulates")
        String modulatedFrom,

        @Schema(type = SchemaType.OBJECT) Decoder decoder,
        InputPolicy input,
        List<Score> metrics,
        Provenance provenance,
        String licence,

        @Schema(nullable = true, description = "fingerprint of its bank")
        String bank) {

    static String state(PackView pack) {
        return pack.state().name().toLowerCase(Locale.ROOT);
    }

    static PackDocument of(PackView pack) {
        PackManifest manifest = pack.manifest();
        return new PackDocument(
                manifest.name(),
                manifest.version(),
                manifest.task().id(),
                manifest.description(),
                pack.digest(),
                pack.active(),
                pack.defaultOfKind(),
                pack.seed() ? "seed" : "uploaded",
                state(pack),
                pack.failure().orElse(null),
                pack.plan().id(),
                new TreeMap<>(manifest.plans().entrySet().stream()
                        .collect(Collectors.toMap(entry -> entry.getKey().id(), Map.Entry::getValue))),
                pack.sizeBytes(),
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
                manifest.bank().orElse(null));
    }
}
