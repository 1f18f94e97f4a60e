package dev.facet.runtime.engine.ort;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.Prefix;

/**
 * What lies between the ends of two prefixes: one session.
 *
 * @param architecture encoder
 * @param outputStride 8 or 16
 * @param from its first stage
 * @param to first stage after it
 */
record PrefixSegment(Architecture architecture, int outputStride, Stage from, Stage to) {
    PrefixSegment {
        if (from.compareTo(to) >= 0) {
            throw new IllegalArgumentException("segment of a prefix is empty: from=%s, to=%s".formatted(from, to));
        }
    }

    /** From a stage to a prefix' end. */
    static PrefixSegment of(Prefix prefix, Stage from) {
        return new PrefixSegment(prefix.architecture(), prefix.outputStride(), from, prefix.end());
    }

    /** Channels of the map that comes in. */
    int inputChannels() {
        return from == Stage.CONV1 ? 3 : Architecture.channels(Stage.values()[from.ordinal() - 1]);
    }

    /** Whether layer1's map leaves it beside the one at its end. */
    boolean givesLowLevelMap() {
        return from.compareTo(Stage.LAYER1) <= 0 && to.compareTo(Stage.LAYER2) > 0;
    }

    /** In words, for {@code GET /v1/bank}. */
    @Override
    public String toString() {
        return "prefix/%s/os%d/%s-to-%s".formatted(architecture.id(), outputStride, from.id(), to.id());
    }
}
