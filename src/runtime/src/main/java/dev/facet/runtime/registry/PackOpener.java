package dev.facet.runtime.registry;

import dev.facet.core.failure.Failures;
import dev.facet.core.pack.PackException;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens cold packs, several at a time, on threads of its own, so that whoever waits for one can give up. Thread-safe. */
final class PackOpener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackOpener.class);
    private static final int MAX_WAITING = 100_000;
    private static final long LAST_OPENINGS_SECONDS = 30;
    private static final long IDLE_SECONDS = 10;

    private final PackPreparation preparation;
    private final PackStore store;
    private final OpenPacks openPacks;
    private final RegistryListener listener;
    private final ThreadPoolExecutor threads;

    PackOpener(PackPreparation preparation, PackStore store, OpenPacks openPacks, RegistryListener listener) {
        this.preparation = preparation;
        this.store = store;
        this.openPacks = openPacks;
        this.listener = listener;
        int size = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));
        AtomicInteger number = new AtomicInteger();
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        this.threads = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    // As RequestThreads makes them.
                    Thread thread = new Thread(null, task, "facet-pack-opener-" + number.incrementAndGet(), 0, false);
                    thread.setContextClassLoader(classes);
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
    }

    /** Opens a pack; the result is its prepared form, or fails with a {@link PackUnavailableException}. */
    CompletableFuture<PreparedPack> open(RegisteredPack pack) {
        CompletableFuture<PreparedPack> result = new CompletableFuture<>();
        try {
            threads.execute(() -> open(pack, result));
        } catch (RejectedExecutionException e) {
            throw new PackUnavailableException(
                    pack.id().toString(),
                    threads.isShutdown() ? "the registry is closed" : "too many packs are being opened",
                    RegisteredPack.RETRY_PAUSE,
                    e);
        }
        return result;
    }

    private void open(RegisteredPack pack, CompletableFuture<PreparedPack> result) {
        long begin = System.nanoTime();
        try {
            PreparedPack prepared = preparation.open(pack);
            // Told first: once others see it, it may be closed at any moment.
            listener.opened(pack.description(), prepared.sizeBytes(), (System.nanoTime() - begin) / 1e9);
            if (pack.opened(prepared)) {
                makeRoom(pack);
            } else {
                listener.closed(pack.description());
            }
            result.complete(prepared);
        } catch (IOException | RuntimeException | Error e) {
            PackUnavailableException failure = failure(pack, e);
            pack.failed(failure);
            listener.failed(pack.description(), failure.reason());
            result.completeExceptionally(failure);
        }
    }

    private static PackUnavailableException failure(RegisteredPack pack, Throwable cause) {
        boolean expected =
                cause instanceof IOException || cause instanceof PackException || cause instanceof EngineException;
        String reason = Failures.describe(cause);
        if (expected) {
            LOG.error("pack can't be opened: {}: {}", pack.id(), reason);
        } else {
            LOG.error("pack can't be opened: {}", pack.id(), cause);
        }
        return new PackUnavailableException(pack.id().toString(), reason, RegisteredPack.RETRY_PAUSE, cause);
    }

    /** Counts a pack that is open, and closes others if they are too large together. */
    void makeRoom(RegisteredPack pack) {
        for (RegisteredPack closed : openPacks.add(pack)) {
            LOG.debug("pack closed to make room: {}", closed.id());
            listener.closed(closed.description());
        }
    }

    /** A pack that was removed is closed. */
    void closed(RegisteredPack pack) {
        openPacks.remove(pack);
        listener.closed(pack.description());
    }

    /** See {@link PackStore#setAside}. */
    Path setAside(Path file) {
        return store.setAside(file);
    }

    /** See {@link PackStore#keepAside}. */
    Path keepAside(Path file) {
        return store.keepAside(file);
    }

    /** See {@link PackStore#delete}. */
    void delete(Path file) {
        store.delete(file);
    }

    /** Takes no more, and waits for what is under way. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_OPENINGS_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("packs are still being opened while the registry closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
