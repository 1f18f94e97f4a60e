package dev.facet.core.encoding;

import java.util.Map;

/**
 * A prediction as bytes.
 *
 * @param mediaType what the bytes are
 * @param content the bytes
 * @param headers what a reader has to know beside the bytes (unit, scale, shape), as HTTP headers
 */
public record Encoded(String mediaType, Content content, Map<String, String> headers) {
    public Encoded {
        headers = Map.copyOf(headers);
    }
}
