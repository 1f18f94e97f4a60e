package dev.facet.trainer.work;

import dev.facet.core.failure.Failures;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work done by threads of its own, whose results come in the order in which it was submitted. Used by one thread, which also
 * bounds how much waits.
 */
public final class WorkQueue<T> implements AutoCloseable {
    private final String name;
    private final ExecutorService threads;
    private final Deque<Future<T>> waiting = new ArrayDeque<>();

    /** @param name of the work and of the threads; these don't keep the process alive */
    public WorkQueue(String name, int threads) {
        this.name = name;
        this.threads = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    public void submit(Callable<T> work) {
        waiting.add(threads.submit(work));
    }

    /** How much was submitted and not taken. */
    public int size() {
        return waiting.size();
    }

    /** Takes the oldest result and waits for it; an unchecked exception of the work is thrown as it is. */
    public T take() throws InterruptedException {
        try {
            return waiting.remove().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(
                    "%s failed: %s".formatted(name, Failures.describe(e.getCause())), e.getCause());
        }
    }

    /** Forgets what wasn't taken; what runs ends by itself. */
    public void cancel() {
        waiting.forEach(result -> result.cancel(false));
        waiting.clear();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
