package dev.facet.server.http;

import dev.facet.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Where a body goes while it arrives. All calls come from the request's event loop. */
interface BodySink {
    /**
     * Takes a chunk.
     *
     * @param ready called on the event loop when there is room again
     * @return whether there is room for more now
     * @throws ProblemException where there is no room for this one
     */
    boolean add(Buffer chunk, Runnable ready);

    /** The body is whole. */
    Future<Void> end();

    /** The body won't become whole: forgets what came of it. */
    void abandon();
}
