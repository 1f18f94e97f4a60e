package dev.facet.runtime.schedule;

import dev.facet.core.cancellation.Cancellation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many runs of the engine go on at the same time: while one request computes, others that are under way decode and encode.
 * First come, first served. Thread-safe.
 */
public final class EngineTurns {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean COUNTS_CPU = THREADS.isCurrentThreadCpuTimeSupported();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Condition> waiting = new ArrayDeque<>();
    private final LongAdder cpuNanos = new LongAdder();
    private int free;

    /** @param concurrency runs at the same time */
    public EngineTurns(int concurrency) {
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "engine's runs: concurrency=%d, expected at least 1".formatted(concurrency));
        }
        this.free = concurrency;
    }

    /** A turn. The thread that took it runs the engine, and closes it when the run has ended. */
    public final class Turn implements AutoCloseable {
        private final long cpuBefore = cpuOfThread();

        private Turn() {}

        @Override
        public void close() {
            cpuNanos.add(cpuOfThread() - cpuBefore);
            lock.lock();
            try {
                free++;
                if (!waiting.isEmpty()) {
                    waiting.peekFirst().signal();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits for a turn as long as the work is wanted.
     *
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled, or the thread was interrupted
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    public Turn take(Cancellation cancellation) {
        Condition turn = lock.newCondition();
        try (Cancellation.Registration registration = cancellation.onCancel(() -> signal(turn))) {
            lock.lock();
            try {
                waiting.addLast(turn);
                while (free == 0 || waiting.peekFirst() != turn) {
                    cancellation.check();
                    turn.awaitNanos(Math.min(cancellation.remainingNanos(), TimeUnit.SECONDS.toNanos(1)));
                }
                free--;
                return new Turn();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancellation.cancel();
                cancellation.check();
                throw new IllegalStateException("cancelled work is still wanted (bug)", e);
            } finally {
                waiting.remove(turn);
                if (free > 0 && !waiting.isEmpty()) {
                    waiting.peekFirst().signal();
                }
                lock.unlock();
            }
        }
    }

    private void signal(Condition turn) {
        lock.lock();
        try {
            turn.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * CPU time of the threads that had turns, while they had them, in nanoseconds: all that the engine spent where a run has one
     * thread, without that of the pool's threads where it has more. 0 where the system doesn't tell.
     */
    public long cpuNanos() {
        return cpuNanos.sum();
    }

    private static long cpuOfThread() {
        return COUNTS_CPU ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    /** Runs that wait for a turn now. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
