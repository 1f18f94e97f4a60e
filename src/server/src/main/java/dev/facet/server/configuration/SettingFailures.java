package dev.facet.server.configuration;

import dev.facet.core.failure.NearestName;
import io.smallrye.config.ConfigValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with settings, in a sentence for each: key, value and what was expected, without the framework's codes. */
public final class SettingFailures {
    private static final Pattern CONVERTED = Pattern.compile(
            "config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);
    private static final Pattern EMPTY = Pattern.compile("config property (\\S+) is defined as the empty String");
    private static final Pattern MISSING =
            Pattern.compile("config property (\\S+) is required but it could not be found");
    private static final Pattern UNKNOWN = Pattern.compile("(\\S+) in (.+) does not map to any root");
    private static final Pattern CONSTRAINED = Pattern.compile("^(facet\\.\\S+) (.*)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("^(java\\.\\S+: )?SRCFG[0-9]+: ");

    private SettingFailures() {}

    /** @param values the value of a key as it was written, or null where there is none */
    public static List<String> describe(ConfigValidationException failure, UnaryOperator<String> values) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < failure.getProblemCount(); i++) {
            sentences.add(describe(failure.getProblem(i).getMessage(), values));
        }
        return sentences;
    }

    private static String describe(String problem, UnaryOperator<String> values) {
        Matcher converted = CONVERTED.matcher(problem);
        if (converted.find()) {
            return wrong(converted.group(1), converted.group(2), converted.group(3));
        }
        Matcher empty = EMPTY.matcher(problem);
        if (empty.find()) {
            return wrong(empty.group(1), "", "an empty value");
        }
        Matcher missing = MISSING.matcher(problem);
        if (missing.find()) {
            return missing.group(1) + ": no value, expected one";
        }
        Matcher unknown = UNKNOWN.matcher(problem);
        if (unknown.find()) {
            return unknown(CODE.matcher(unknown.group(1)).replaceFirst(""));
        }
        Matcher constrained = CONSTRAINED.matcher(problem);
        if (constrained.find()) {
            return wrong(constrained.group(1), values.apply(constrained.group(1)), constrained.group(2));
        }
        return CODE.matcher(problem).replaceFirst("");
    }

    private static String wrong(String key, String value, String reason) {
        return "%s: value='%s', %s"
                .formatted(
                        key,
                        value,
                        SettingKeys.expected(key)
                                .map(expected -> "expected " + expected)
                                .orElseGet(
                                        () -> uncapitalized(CODE.matcher(reason).replaceFirst(""))));
    }

    private static String uncapitalized(String reason) {
        return reason.isEmpty() ? reason : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }

    private static String unknown(String key) {
        String hint = NearestName.of(key, SettingKeys.all().stream())
                .map("did you mean %s?"::formatted)
                .orElse("expected one of docs/configuration.md");
        return "no such setting: key=%s; %s".formatted(key, hint);
    }
}
