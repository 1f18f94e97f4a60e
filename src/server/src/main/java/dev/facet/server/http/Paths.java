package dev.facet.server.http;

import io.vertx.ext.web.RoutingContext;

/** Addresses as they are compared: an address with a slash at its end is the one without. */
final class Paths {
    private Paths() {}

    static String of(RoutingContext context) {
        String path = context.normalizedPath();
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
