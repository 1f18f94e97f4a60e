package dev.facet.server.inference;

import dev.facet.core.encoding.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An output of an answer.
 *
 * @param name which of the model's
 * @param datatype FP32, or BYTES of one element
 * @param shape extents, outermost first
 * @param parameters what a reader has to know beside the values
 * @param content the values, little-endian, row-major; of BYTES the element itself
 * @param isText whether a BYTES element is text in UTF-8
 * @param binary whether the request wants it as bytes; empty where it doesn't say
 */
public record OutputTensor(
        String name,
        String datatype,
        List<Long> shape,
        Map<String, String> parameters,
        Content content,
        boolean isText,
        Optional<Boolean> binary) {}
