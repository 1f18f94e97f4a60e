package dev.facet.server.prediction;

import io.vertx.ext.web.RoutingContext;

/** Notices clients that leave. */
final class Clients {
    private Clients() {}

    /** Is cancelled when the connection closes before the answer. */
    static Cancellation cancellation(RoutingContext context) {
        Cancellation cancellation = new Cancellation();
        context.addEndHandler(end -> {
            if (end.failed()) {
                cancellation.cancel();
            }
        });
        return cancellation;
    }
}
