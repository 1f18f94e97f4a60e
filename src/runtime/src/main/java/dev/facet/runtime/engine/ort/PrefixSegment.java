package dev.facet.runtime.engine.ort;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.Prefix;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the bank's own network that has a session. Where the network is cut doesn't depend on the packs in use: ONNX Runtime
 * fuses a graph in other ways when it is cut elsewhere, and then rounds in other places.
 *
 * @param architecture encoder
 * @param outputStride 8 or 16
 * @param from its first stage
 * @param to first stage after it
 */
record PrefixSegment(Architecture architecture, int outputStride, Stage from, Stage to) {
    /** The segments of a prefix, in the order of execution; none where it is empty. */
    static List<PrefixSegment> of(Prefix prefix) {
        if (prefix.end() == Stage.LAYER1) {
            // The stem alone: nobody else cuts there.
            return List.of(new PrefixSegment(prefix.architecture(), prefix.outputStride(), Stage.CONV1, Stage.LAYER1));
        }
        List<PrefixSegment> segments = new ArrayList<>();
        Stage from = Stage.CONV1;
        for (Stage to : List.of(Stage.LAYER2, Stage.LAYER3, Stage.LAYER4)) {
            if (to.compareTo(prefix.end()) <= 0) {
                Prefix part = prefix.cutAt(to);
                segments.add(new PrefixSegment(part.architecture(), part.outputStride(), from, to));
                from = to;
            }
        }
        return segments;
    }

    /** The prefix that ends with it. */
    Prefix prefix() {
        return new Prefix(architecture, outputStride, to);
    }

    /** Channels of the map that comes in. */
    int inputChannels() {
        return from == Stage.CONV1 ? 3 : Architecture.channels(Stage.values()[from.ordinal() - 1]);
    }

    /** In words, for {@code GET /v1/bank}. */
    @Override
    public String toString() {
        return "prefix/%s/os%d/%s-to-%s".formatted(architecture.id(), outputStride, from.id(), to.id());
    }
}
