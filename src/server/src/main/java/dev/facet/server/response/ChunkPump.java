package dev.facet.server.response;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;

/**
 * Makes chunks on a worker thread while the client takes them, and goes on when the connection has room again. Where making one
 * fails, the connection is cut: the status is sent already, and a client must not take half an answer for a whole one.
 */
final class ChunkPump {
    private static final Logger LOG = Logger.getLogger(ChunkPump.class);

    private final Vertx vertx;
    private final ResteasyReactiveRequestContext request;
    private final RoutingContext routing;
    private final ServerHttpResponse response;
    private final Iterator<byte[]> chunks;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean waiting = new AtomicBoolean();

    ChunkPump(Vertx vertx, ResteasyReactiveRequestContext request, RoutingContext routing, Iterator<byte[]> chunks) {
        this.vertx = vertx;
        this.request = request;
        this.routing = routing;
        this.response = request.serverResponse();
        this.chunks = chunks;
    }

    void start() {
        response.addCloseHandler(this::finish);
        response.addDrainHandler(this::drained);
        work();
    }

    private void drained() {
        if (waiting.compareAndSet(true, false)) {
            work();
        }
    }

    private void work() {
        vertx.executeBlocking(
                () -> {
                    write();
                    return null;
                },
                false);
    }

    private void write() {
        try {
            while (!over.get() && chunks.hasNext()) {
                byte[] chunk = chunks.next();
                if (chunk.length == 0) {
                    continue;
                }
                response.write(chunk, failure -> {
                    if (failure != null) {
                        finish();
                    }
                });
                if (response.isWriteQueueFull()) {
                    waiting.set(true);
                    // Where it has drained meanwhile, nobody else goes on.
                    if (response.isWriteQueueFull() || !waiting.compareAndSet(true, false)) {
                        return;
                    }
                }
            }
            if (!over.get()) {
                response.end();
                finish();
            }
        } catch (RuntimeException | Error e) {
            if (!over.get()) {
                LOG.errorf(e, "answer broken off: path=%s", routing.normalizedPath());
                cut();
            }
        }
    }

    private void cut() {
        if (routing.request().version() == HttpVersion.HTTP_2) {
            routing.response().reset();
        } else {
            routing.request().connection().close();
        }
        finish();
    }

    private void finish() {
        if (over.compareAndSet(false, true)) {
            request.resume();
        }
    }
}
