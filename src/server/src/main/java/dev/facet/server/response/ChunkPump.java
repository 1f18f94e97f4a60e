package dev.facet.server.response;

import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Makes chunks on a worker thread while the client takes them, and goes on when the connection has room again. Where making one
 * fails, the connection is cut: the status is sent already, and a client must not take half an answer for a whole one.
 */
public final class ChunkPump {
    private static final Logger LOG = Logger.getLogger(ChunkPump.class);

    private final Vertx vertx;
    private final Outlet outlet;
    private final String path;
    private final Iterator<byte[]> chunks;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** @param path of the request, for the log */
    public ChunkPump(Vertx vertx, Outlet outlet, String path, Iterator<byte[]> chunks) {
        this.vertx = vertx;
        this.outlet = outlet;
        this.path = path;
        this.chunks = chunks;
    }

    /** Begins; returns at once. */
    public void start() {
        outlet.onClose(this::finish);
        outlet.onDrain(this::drained);
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
                outlet.write(chunk, failure -> finish());
                if (outlet.isFull()) {
                    waiting.set(true);
                    // Where it has drained meanwhile, nobody else goes on.
                    if (outlet.isFull() || !waiting.compareAndSet(true, false)) {
                        return;
                    }
                }
            }
            if (!over.get()) {
                outlet.end();
                finish();
            }
        } catch (RuntimeException | Error e) {
            if (!over.get()) {
                LOG.errorf(e, "answer broken off: path=%s", path);
                outlet.cut();
                finish();
            }
        }
    }

    private void finish() {
        if (over.compareAndSet(false, true)) {
            outlet.finished();
        }
    }
}
