package dev.facet.runtime.prediction;

import dev.facet.core.encoding.Encoded;
import java.util.Optional;

/**
 * What a pack answered for an image in tiles, or why it didn't; times in nanoseconds, of all tiles together.
 *
 * @param encoded the answer; empty where there is a failure
 * @param failure empty where there is an answer
 * @param features where the pack's features came from
 * @param input making the network's inputs
 * @param queue waiting for the engine
 * @param prefix getting at the features
 * @param compute the pack's own part
 * @param encode from the network's maps to the answer's bytes
 */
public record TiledAnswer(
        Optional<Encoded> encoded,
        Optional<RuntimeException> failure,
        FeatureSource features,
        long input,
        long queue,
        long prefix,
        long compute,
        long encode) {}
