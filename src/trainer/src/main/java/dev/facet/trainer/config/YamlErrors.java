package dev.facet.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;

/** Where a YAML file is wrong, and why, in the words of a sentence. */
public final class YamlErrors {
    private YamlErrors() {}

    /** The key, dotted; empty for the file as a whole. */
    public static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (!path.isEmpty()) {
                path.append('.');
            }
            path.append(step.getFieldName() != null ? step.getFieldName() : step.getIndex());
        }
        return path.toString();
    }

    /** The reason: ours where a record refused its values, otherwise the library's. */
    public static String reason(JsonMappingException e) {
        return e.getCause() instanceof IllegalArgumentException ours
                ? ours.getMessage().lines().findFirst().orElse("")
                : firstLine(e);
    }

    static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
