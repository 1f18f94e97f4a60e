package dev.facet.core.pack;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.TaskKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pack's manifest as JSON, format version 1: every property but {@code quantization} is there, none but the known ones, none
 * twice. docs/format.md lists them.
 */
public final class ManifestJson {
    /** Version of the format. */
    public static final int VERSION = 1;

    private ManifestJson() {}

    private record Document(
            int format,
            String name,
            String version,
            String description,
            TaskKind task,
            Optional<String> bank,
            Architecture architecture,
            int outputStride,
            Modulation modulation,
            Stage modulatedFrom,
            Map<String, Integer> ranks,
            Decoder decoder,
            InputPolicy input,
            Map<String, Double> plans,
            Provenance provenance,
            List<Score> scores,
            String licence,
            double selfTestTolerance,

            @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
            @JsonSetter(nulls = Nulls.FAIL)
            @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<PackQuantization> quantization) {}

    /** The manifest on one line; the same manifest gives the same text. */
    public static String write(PackManifest manifest) {
        Map<String, Double> plans = new TreeMap<>();
        manifest.plans().forEach((plan, change) -> plans.put(plan.id(), change));
        return StrictJson.write(new Document(
                VERSION,
                manifest.name(),
                manifest.version(),
                manifest.description(),
                manifest.task(),
                manifest.bank(),
                manifest.architecture(),
                manifest.outputStride(),
                manifest.modulation(),
                manifest.modulatedFrom(),
                manifest.ranks(),
                manifest.decoder(),
                manifest.input(),
                plans,
                manifest.provenance(),
                manifest.scores(),
                manifest.licence(),
                manifest.selfTestTolerance(),
                manifest.quantization()));
    }

    /**
     * Reads a manifest, strictly.
     *
     * @throws PackException ({@link PackFault#BAD_MANIFEST}) saying where and what is wrong
     */
    public static PackManifest read(String json) {
        try {
            Document document = StrictJson.read(json, Document.class);
            if (document.format() != VERSION) {
                throw new IllegalArgumentException(
                        "unknown pack format: format=%d, expected=%d".formatted(document.format(), VERSION));
            }
            Map<Plan, Double> plans = new EnumMap<>(Plan.class);
            document.plans().forEach((plan, change) -> plans.put(Plan.of(plan), change));
            return new PackManifest(
                    document.name(),
                    document.version(),
                    document.description(),
                    document.task(),
                    document.bank(),
                    document.architecture(),
                    document.outputStride(),
                    document.modulation(),
                    document.modulatedFrom(),
                    document.ranks(),
                    document.decoder(),
                    document.input(),
                    plans,
                    document.provenance(),
                    document.scores(),
                    document.licence(),
                    document.selfTestTolerance(),
                    document.quantization());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new PackException(PackFault.BAD_MANIFEST, "bad manifest: " + e.getMessage());
        }
    }
}
