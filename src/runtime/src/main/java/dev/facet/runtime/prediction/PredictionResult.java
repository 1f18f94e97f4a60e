package dev.facet.runtime.prediction;

import dev.facet.runtime.schedule.Reservation;
import java.util.List;

/**
 * The answers to one request, and the memory that they hold.
 *
 * @param responses one per pack, in the order of the request
 */
public record PredictionResult(List<PredictionResponse> responses, Reservation memory) implements AutoCloseable {
    public PredictionResult {
        responses = List.copyOf(responses);
    }

    /** To be called once the answers are written, or won't be. */
    @Override
    public void close() {
        memory.close();
    }
}
