package dev.facet.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a YAML file is wrong, and why, in the words of a sentence. */
public final class YamlErrors {
    private static final Set<Class<?>> WHOLE_NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, OptionalInt.class);
    private static final Set<Class<?>> NUMBERS = Set.of(double.class, Double.class);
    private static final Set<Class<?>> TRUTHS = Set.of(boolean.class, Boolean.class);

    /** Knows the names of constants in files. */
    private static final ObjectMapper NAMES = new ObjectMapper();

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

    /** The reason: ours where a record refused its values, otherwise what was found and what belongs there. */
    public static String reason(JsonMappingException e) {
        if (e.getCause() instanceof IllegalArgumentException ours) {
            return ours.getMessage().lines().findFirst().orElse("");
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown key" + Suggestion.of(unknown.getPropertyName(), unknown.getKnownPropertyIds());
        }
        if (e instanceof InvalidFormatException wrong) {
            String value = String.valueOf(wrong.getValue()).lines().findFirst().orElse("");
            return "value='%s', expected %s".formatted(value, expected(wrong.getTargetType()));
        }
        if (e instanceof MismatchedInputException other && other.getTargetType() != null) {
            return "expected " + expected(other.getTargetType());
        }
        return firstLine(e);
    }

    private static String expected(Class<?> type) {
        if (WHOLE_NUMBERS.contains(type)) {
            return "a whole number";
        }
        if (NUMBERS.contains(type)) {
            return "a number";
        }
        if (TRUTHS.contains(type)) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> NAMES.convertValue(constant, String.class))
                    .collect(Collectors.joining("|"));
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "keys with values";
    }

    static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
