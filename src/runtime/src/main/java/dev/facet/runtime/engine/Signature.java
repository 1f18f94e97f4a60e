package dev.facet.runtime.engine;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.PackManifest;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one session of the factored plan is built for: everything that the graph holds as an attribute or a constant.
 * Packs with the same signature share a session.
 */
public record Signature(
        Architecture architecture,
        int outputStride,
        Modulation modulation,
        Stage modulatedFrom,
        Map<String, Integer> ranks,
        Decoder decoder) {
    public Signature {
        ranks = Map.copyOf(ranks);
    }

    /** The signature of a pack. */
    public static Signature of(PackManifest manifest) {
        return new Signature(
                manifest.architecture(),
                manifest.outputStride(),
                manifest.modulation(),
                manifest.modulatedFrom(),
                manifest.ranks(),
                manifest.decoder());
    }

    /** In words, for logs and {@code GET /v1/bank}. */
    @Override
    public String toString() {
        return "%s/os%d/%s/from-%s/%s-%d-%s%s"
                .formatted(
                        architecture.id(),
                        outputStride,
                        modulation.id(),
                        modulatedFrom.id(),
                        decoder.kind().id(),
                        decoder.width(),
                        decoder.rates(),
                        ranks.isEmpty() ? "" : "/ranks-" + new TreeMap<>(ranks));
    }
}
