package dev.facet.core.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why JSON or YAML doesn't fit, in one line for people: Jackson's own messages name our classes and Java's. */
public final class JsonReason {
    private static final Pattern MISSING =
            Pattern.compile("^(?:Missing (?:required )?|Null value for )creator property '([^']+)'");
    private static final Pattern NAMES = Pattern.compile("Enum class: (\\[[^\\]]*])");
    private static final Pattern KINDS = Pattern.compile("known type ids = (\\[[^\\]]*])");
    private static final Pattern FOUND =
            Pattern.compile("\\bfrom (Array|Object|String|Integer|Boolean|Floating-point|Number|Null)" + " value");
    private static final Map<String, String> IN_WORDS = Map.of(
            "Array", "a list",
            "Object", "an object",
            "String", "a text",
            "Integer", "a whole number",
            "Boolean", "true or false",
            "Floating-point", "a number",
            "Number", "a number",
            "Null", "null");
    private static final Set<Class<?>> WHOLE =
            Set.of(int.class, long.class, Integer.class, Long.class, OptionalInt.class, OptionalLong.class);
    private static final Set<Class<?>> NUMBERS =
            Set.of(float.class, double.class, Float.class, Double.class, OptionalDouble.class);

    private JsonReason() {}

    /** What is wrong; where it is wrong isn't part of it. */
    public static String of(JacksonException failure) {
        // A record of ours that refuses its values has its own words.
        if (failure.getCause() instanceof IllegalArgumentException ours && ours.getMessage() != null) {
            return firstLine(ours.getMessage());
        }
        String message = failure.getOriginalMessage();
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return "unknown property '%s'".formatted(unknown.getPropertyName());
        }
        if (failure instanceof InvalidNullException absent) {
            return "property '%s' is missing or null"
                    .formatted(absent.getPropertyName().getSimpleName());
        }
        if (failure instanceof InvalidTypeIdException kind) {
            String expected =
                    group(KINDS, message).map(", expected one of "::concat).orElse("");
            return kind.getTypeId() == null
                    ? "kind is missing" + expected
                    : "unknown kind: value='%s'%s".formatted(kind.getTypeId(), expected);
        }
        if (failure instanceof InvalidFormatException format) {
            return "value='%s', expected %s".formatted(format.getValue(), expected(format.getTargetType(), message));
        }
        if (failure instanceof MismatchedInputException mismatch) {
            return mismatch(mismatch, message);
        }
        return withoutClasses(firstLine(message));
    }

    private static String mismatch(MismatchedInputException mismatch, String message) {
        Optional<String> missing = group(MISSING, message);
        if (missing.isPresent()) {
            return "property '%s' is missing or null".formatted(missing.get());
        }
        if (message.startsWith("Trailing token")) {
            return "something follows the value";
        }
        if (message.startsWith("No content")) {
            return "empty, expected a value";
        }
        if (mismatch.getTargetType() == null) {
            return withoutClasses(firstLine(message));
        }
        String expected = "expected " + expected(mismatch.getTargetType(), message);
        return group(FOUND, message)
                .map(IN_WORDS::get)
                .map(found -> found + ", " + expected)
                .orElse(expected);
    }

    private static String expected(Class<?> type, String message) {
        if (type.isEnum()) {
            return group(NAMES, message).map("one of "::concat).orElse("one of its names");
        }
        if (WHOLE.contains(type)) {
            return "a whole number";
        }
        if (NUMBERS.contains(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        return type.isArray() || Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    private static Optional<String> group(Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    /** Names of types stand between backquotes there. */
    private static String withoutClasses(String message) {
        return message.replaceAll("`[\\w.$<>,\\[\\]]+`", "a value");
    }
}
