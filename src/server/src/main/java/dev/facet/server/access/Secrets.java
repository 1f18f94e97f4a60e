package dev.facet.server.access;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps keys out of logs that clients put where they don't belong: into an address, or into a request's id. */
public final class Secrets {
    private static final String LEFT_OUT = "…";
    /**
     * Random text of 40 characters or more. Names and digests, also those of requests, are shorter or have no capitals; what begins as
     * our keys do is taken for one however it goes on.
     */
    private static final Pattern KEY =
            Pattern.compile("facet_[A-Za-z0-9_-]{8,}|(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{40,}");

    /** Parameters whose values say what a management call does. */
    private static final Set<String> SHOWN = Set.of("activate", "plan", "version", "pack", "dry-run");

    private Secrets() {}

    /** A text with everything left out that looks like a key. */
    public static String masked(String text) {
        return KEY.matcher(text).replaceAll(LEFT_OUT);
    }

    /**
     * The address of a call, as a log may show it: of its query, the parameters of management alone.
     *
     * @param query null for none
     */
    public static String maskedAddress(String path, String query) {
        if (query == null) {
            return masked(path);
        }
        String shown = Stream.of(query.split("&"))
                .map(parameter -> SHOWN.contains(name(parameter)) ? masked(parameter) : LEFT_OUT)
                .collect(Collectors.joining("&"));
        return masked(path) + "?" + shown;
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? "" : parameter.substring(0, equals);
    }
}
