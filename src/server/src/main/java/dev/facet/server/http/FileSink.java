package dev.facet.server.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** A body that is written to a file as it arrives, never whole in memory. The file is deleted unless somebody takes it. */
final class FileSink implements BodySink {
    private static final Logger LOG = Logger.getLogger(FileSink.class);

    private final Vertx vertx;
    private final AsyncFile out;
    private final AtomicReference<Path> file;
    private Throwable failure;

    private FileSink(Vertx vertx, Path file, AsyncFile out) {
        this.vertx = vertx;
        this.file = new AtomicReference<>(file);
        this.out = out;
        out.exceptionHandler(e -> failure = failure == null ? e : failure);
    }

    /** Opens a file that exists. */
    static Future<FileSink> open(Vertx vertx, Path file) {
        OpenOptions options = new OpenOptions().setWrite(true).setCreate(false);
        return vertx.fileSystem().open(file.toString(), options).map(out -> new FileSink(vertx, file, out));
    }

    @Override
    public boolean add(Buffer chunk, Runnable ready) {
        out.write(chunk).onFailure(e -> failure = failure == null ? e : failure);
        if (out.writeQueueFull()) {
            out.drainHandler(drained -> ready.run());
            return false;
        }
        return true;
    }

    @Override
    public Future<Void> end() {
        return out.close().compose(closed -> failure == null ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    @Override
    public void abandon() {
        out.close().onComplete(closed -> delete());
    }

    /** Whoever takes the file deletes it. */
    Optional<Path> take() {
        return Optional.ofNullable(file.getAndSet(null));
    }

    /** Deletes the file if nobody has taken it. */
    void delete() {
        Optional<Path> left = take();
        if (left.isPresent()) {
            vertx.<Void>executeBlocking(() -> delete(left.get()))
                    .onFailure(e -> LOG.warnf("upload left behind: file=%s: %s", left.get(), e.getMessage()));
        }
    }

    private static Void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
