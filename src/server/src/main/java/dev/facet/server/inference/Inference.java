package dev.facet.server.inference;

import java.util.List;
import java.util.Optional;

/**
 * A request of the protocol, whichever way it came.
 *
 * @param model that is asked
 * @param version empty for the one that answers for the name
 * @param id that the answer carries again; empty for none
 * @param parameters of the request as a whole
 * @param inputs in the client's order
 * @param outputs that are asked for; empty for all
 */
public record Inference(
        ModelName model,
        Optional<String> version,
        String id,
        Parameters parameters,
        List<InputTensor> inputs,
        List<RequestedOutput> outputs) {
    public Inference {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
