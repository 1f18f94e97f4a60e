package dev.facet.runtime.registry;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/** Lets so many uploads be prepared at a time; others wait in the order in which they came, up to a bound. Thread-safe. */
final class PreparationQueue {
    private final Semaphore running;
    private final Semaphore admitted;
    private final int bound;

    /**
     * @param atOnce uploads that are prepared at the same time
     * @param waiting uploads that may wait for it
     */
    PreparationQueue(int atOnce, int waiting) {
        this.running = new Semaphore(atOnce, true);
        this.bound = Math.addExact(atOnce, waiting);
        this.admitted = new Semaphore(bound);
    }

    /** Whether the next one would be turned away. */
    boolean isFull() {
        return admitted.availablePermits() == 0;
    }

    /** A turn; closing it lets the next one in. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for a turn.
     *
     * @throws TooManyUploadsException if too many wait already
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    Turn enter() throws InterruptedIOException {
        if (!admitted.tryAcquire()) {
            throw new TooManyUploadsException(bound);
        }
        try {
            running.acquire();
        } catch (InterruptedException e) {
            admitted.release();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to plug a pack");
        }
        return () -> {
            running.release();
            admitted.release();
        };
    }
}
