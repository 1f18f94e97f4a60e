package dev.facet.runtime.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does the parts of one request's work side by side: on the thread that has the request, and on helpers that no other request
 * uses now. Where none is free, as on a busy server, the request's own thread does all parts, and nothing waits. Thread-safe.
 */
final class SideBySide implements AutoCloseable {
    private static final long IDLE_SECONDS = 60;

    private final int helpers;
    private final ThreadPoolExecutor pool;

    /** @param helpers threads beside those that have requests; 0 for none */
    SideBySide(int helpers, ThreadFactory threads) {
        this.helpers = helpers;
        // Hands over to a thread that is free, or refuses: parts never wait in a queue.
        this.pool = new ThreadPoolExecutor(
                0, Math.max(1, helpers), IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }

    /**
     * Does all parts, beginning in their order, and returns when none is under way any more. When one fails, those that haven't
     * begun are left out.
     *
     * @throws RuntimeException the first failure
     * @throws Error likewise
     */
    void run(List<Runnable> parts) {
        Parts all = new Parts(parts);
        int wanted = Math.min(helpers, parts.size() - 1);
        for (int helper = 0; helper < wanted && all.isLeft(); helper++) {
            if (!handOver(all)) {
                break;
            }
        }
        all.work();
        all.awaitHelpers();
        all.throwFailure();
    }

    private boolean handOver(Parts parts) {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            pool.execute(() -> {
                try {
                    parts.work();
                } finally {
                    ended.countDown();
                }
            });
        } catch (RejectedExecutionException e) {
            // All helpers are busy with other requests.
            return false;
        }
        parts.helpers.add(ended);
        return true;
    }

    /** The parts of one request. */
    private static final class Parts {
        private final List<Runnable> parts;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        /** Of those that help, used by the request's thread only. */
        private final List<CountDownLatch> helpers = new ArrayList<>();

        Parts(List<Runnable> parts) {
            this.parts = parts;
        }

        boolean isLeft() {
            return next.get() < parts.size();
        }

        void work() {
            for (int part = next.getAndIncrement(); part < parts.size(); part = next.getAndIncrement()) {
                try {
                    parts.get(part).run();
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                    next.set(parts.size());
                }
            }
        }

        /** Not even for an interrupt: what the parts use must not be closed under them. They end soon when nobody wants them. */
        void awaitHelpers() {
            boolean interrupted = false;
            for (CountDownLatch helper : helpers) {
                while (true) {
                    try {
                        helper.await();
                        break;
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void throwFailure() {
            Throwable first = failure.get();
            if (first instanceof RuntimeException e) {
                throw e;
            }
            if (first instanceof Error e) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
