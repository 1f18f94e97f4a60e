package dev.facet.server.image;

import java.util.Optional;

/**
 * Parameters of a header's value (RFC 9110, 5.6.6): {@code form-data; name=file; filename="a; name=b.jpg"}, in any order, quoted or
 * not. What stands between quotes is no parameter.
 */
final class HeaderParameters {
    private HeaderParameters() {}

    /** The first parameter of that name, whose case doesn't count, without its quotes; empty where there is none. */
    static Optional<String> find(String value, String name) {
        int at = endOfValue(value, 0);
        while (at < value.length()) {
            int begin = at + 1;
            at = endOfValue(value, begin);
            int equals = value.indexOf('=', begin);
            if (equals >= 0
                    && equals < at
                    && value.substring(begin, equals).strip().equalsIgnoreCase(name)) {
                return Optional.of(unquoted(value.substring(equals + 1, at).strip()));
            }
        }
        return Optional.empty();
    }

    /** The next semicolon that isn't between quotes, or the end. */
    private static int endOfValue(String value, int from) {
        boolean quoted = false;
        for (int at = from; at < value.length(); at++) {
            char character = value.charAt(at);
            if (character == '"') {
                quoted = !quoted;
            } else if (character == '\\' && quoted) {
                at++;
            } else if (character == ';' && !quoted) {
                return at;
            }
        }
        return value.length();
    }

    private static String unquoted(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int at = 1; at < value.length() && value.charAt(at) != '"'; at++) {
            if (value.charAt(at) == '\\' && at + 1 < value.length()) {
                at++;
            }
            text.append(value.charAt(at));
        }
        return text.toString();
    }
}
