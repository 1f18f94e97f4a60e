package dev.facet.server.configuration;

import dev.facet.core.failure.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Settings that name none, and that the framework doesn't notice: environment variables, which it only looks up, and system properties under
 * another prefix than {@code facet.}
 */
public final class UnknownSettings {
    private static final String PREFIX = "FACET_";
    /** The launcher's own variables. */
    private static final Set<String> LAUNCHER = Set.of("FACET_BUILD", "FACET_PROFILE");
    /** What Kubernetes gives every container of a namespace that has a service named facet-something. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

    private UnknownSettings() {}

    /**
     * A sentence for each.
     *
     * @param variables the environment
     * @param properties names of the system properties
     */
    public static List<String> describe(Map<String, String> variables, Set<String> properties) {
        List<String> sentences = new ArrayList<>();
        for (String name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith(PREFIX)
                    && !LAUNCHER.contains(name)
                    && !SERVICE_LINK.matcher(name).matches()) {
                ofVariable(name).ifPresent(sentences::add);
            }
        }
        for (String name : new TreeSet<>(properties)) {
            // The framework itself refuses what begins with facet.
            if (!name.startsWith("facet.") && !name.equals("facet")) {
                NearestName.of(name, SettingKeys.all().stream())
                        .ifPresent(meant ->
                                sentences.add("no such setting: key=%s; did you mean %s?".formatted(name, meant)));
            }
        }
        return sentences;
    }

    /** A variable that resembles no setting and isn't in one of their groups is somebody else's. */
    private static Optional<String> ofVariable(String name) {
        List<String> known =
                SettingKeys.all().stream().map(UnknownSettings::variable).toList();
        if (known.contains(name)) {
            return Optional.empty();
        }
        Optional<String> meant = NearestName.of(name, known.stream());
        if (meant.isEmpty() && groups().noneMatch(name::startsWith)) {
            return Optional.empty();
        }
        return Optional.of("no such setting: environment variable %s; %s"
                .formatted(
                        name,
                        meant.map("did you mean %s?"::formatted).orElse("expected one of docs/configuration.md")));
    }

    private static Stream<String> groups() {
        return SettingKeys.all().stream()
                .filter(key -> key.indexOf('.') != key.lastIndexOf('.'))
                .map(key -> variable(key.substring(0, key.lastIndexOf('.') + 1)));
    }

    /** The environment variable of a key. */
    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
