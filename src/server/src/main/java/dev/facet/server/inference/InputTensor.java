package dev.facet.server.inference;

import java.util.List;

/**
 * An input of a request.
 *
 * @param name which of the model's
 * @param datatype what its elements are said to be
 * @param shape extents, outermost first
 * @param data its elements
 */
public record InputTensor(String name, String datatype, List<Long> shape, TensorData data) {
    public InputTensor {
        shape = List.copyOf(shape);
    }
}
