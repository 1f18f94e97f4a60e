package dev.facet.trainer.config;

import com.fasterxml.jackson.databind.JsonMappingException;

/** Where a YAML file is wrong. */
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
}
