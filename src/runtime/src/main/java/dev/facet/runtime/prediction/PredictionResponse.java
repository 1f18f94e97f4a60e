package dev.facet.runtime.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.registry.PackId;

/** What one pack answered, or why it didn't. */
public sealed interface PredictionResponse {
    /** What was asked for. */
    PackSelector selector();

    /**
     * An answer.
     *
     * @param pack that answered
     * @param kind its task kind
     * @param digest SHA-256 of its file
     * @param plan how the pack is executed
     * @param encoded the prediction
     * @param features where the pack's features came from
     * @param times of the stages
     */
    record Success(
            PackSelector selector,
            PackId pack,
            String kind,
            String digest,
            Plan plan,
            Encoded encoded,
            FeatureSource features,
            StageTimes times)
            implements PredictionResponse {}

    /**
     * No answer.
     *
     * @param pack name of the pack, empty where none was reached
     * @param reason what went wrong
     */
    record Failure(PackSelector selector, String pack, RuntimeException reason) implements PredictionResponse {}
}
