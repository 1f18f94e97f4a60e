package dev.facet.server.inference;

import dev.facet.runtime.prediction.PredictionResult;
import dev.facet.server.observation.ObservedRequest;
import java.util.Map;

/**
 * An answer of the protocol, and the memory that it holds.
 *
 * @param model that answered
 * @param version of the pack that answered
 * @param id of the request; empty for none
 * @param parameters which pack gave it, by name
 * @param headers the same and the times of the stages, as HTTP headers
 * @param output its one output
 * @param result gives the memory back
 * @param observed hears when it is written
 */
public record InferenceAnswer(
        ModelName model,
        String version,
        String id,
        Map<String, String> parameters,
        Map<String, String> headers,
        OutputTensor output,
        PredictionResult result,
        ObservedRequest observed)
        implements AutoCloseable {
    /** To be called once the answer is written, or won't be. */
    @Override
    public void close() {
        result.close();
        observed.written();
    }
}
