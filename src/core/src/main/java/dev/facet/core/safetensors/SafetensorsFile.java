package dev.facet.core.safetensors;

import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a safetensors file.
 *
 * @param metadata strings by key
 * @param tensors by name, in the order of their data
 */
public record SafetensorsFile(Map<String, String> metadata, Map<String, Tensor> tensors) {
    public SafetensorsFile {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
