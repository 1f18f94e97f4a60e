package dev.facet.runtime.engine.ort;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of the bank's own network that has a session. Where the network is cut doesn't depend on the packs in use: ONNX Runtime
 * fuses a graph in other ways when it is cut elsewhere, and then rounds in other places.
 *
 * @param architecture encoder
 * @param outputStride 8 or 16, as that of the prefix
 * @param from its first stage
 * @param to first stage after it
 * @param calibration by which it runs in int8; empty where it runs in fp32
 */
record PrefixSegment(Architecture architecture, int outputStride, Stage from, Stage to, Optional<String> calibration) {
    /** The segments of a prefix, in the order of execution; none where it is empty. */
    static List<PrefixSegment> of(Prefix prefix) {
        if (prefix.end() == Stage.LAYER1) {
            // The stem alone: nobody else cuts there.
            return List.of(segment(prefix, Stage.CONV1));
        }
        List<PrefixSegment> segments = new ArrayList<>();
        Stage from = Stage.CONV1;
        for (Stage to : List.of(Stage.LAYER2, Stage.LAYER3, Stage.LAYER4)) {
            if (to.compareTo(prefix.end()) <= 0) {
                segments.add(segment(prefix.cutAt(to), from));
                from = to;
            }
        }
        return segments;
    }

    private static PrefixSegment segment(Prefix part, Stage from) {
        return new PrefixSegment(part.architecture(), part.outputStride(), from, part.end(), part.calibration());
    }

    /** The prefix that ends with it. */
    Prefix prefix() {
        return new Prefix(architecture, outputStride, to, calibration);
    }

    /** Channels of the map that comes in. */
    int inputChannels() {
        return from == Stage.CONV1 ? 3 : Architecture.channels(Stage.values()[from.ordinal() - 1]);
    }

    /** In words, for {@code GET /v1/bank}. */
    @Override
    public String toString() {
        return "prefix/%s/os%d/%s-to-%s%s"
                .formatted(architecture.id(), outputStride, from.id(), to.id(), calibration.isPresent() ? "/int8" : "");
    }
}
