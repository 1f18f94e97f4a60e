package dev.facet.runtime.schedule;

import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Admits runs: a few at a time, the others wait in a bounded queue by priority, then by arrival. A request whose deadline
 * passes or that is cancelled while it waits never runs. The caller's own thread waits and runs. Thread-safe.
 */
public final class Scheduler {
    private static final long CANCELLATION_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final double SMOOTHING = 0.1;

    private final SchedulerLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final List<Waiter> waiting = new ArrayList<>();
    private int running;
    private long waitingPixels;
    private long arrivals;
    private boolean draining;
    private double runSeconds = 0.1;

    private final class Waiter {
        private final Request request;
        private final long arrival;
        private final Condition turn = lock.newCondition();
        private boolean admitted;

        Waiter(Request request, long arrival) {
            this.request = request;
            this.arrival = arrival;
        }

        boolean before(Waiter other) {
            return request.priority() != other.request.priority()
                    ? request.priority() < other.request.priority()
                    : arrival < other.arrival;
        }
    }

    /**
     * What a run gave, and how long it waited.
     *
     * @param value the run's result
     * @param queueNanos time in the queue
     * @param runNanos time of the run
     */
    public record Outcome<T>(T value, long queueNanos, long runNanos) {}

    public Scheduler(SchedulerLimits limits) {
        this.limits = limits;
    }

    /**
     * Waits for a turn and runs.
     *
     * @throws QueueFullException if the queue is full
     * @throws DeadlineExceededException if the deadline passes first
     * @throws DrainingException if {@link #drain} was called
     * @throws CancelledException if the request was cancelled first, or the thread was interrupted
     */
    public <T> Outcome<T> run(Request request, Supplier<T> work) {
        long arrived = System.nanoTime();
        enter(request);
        long began = System.nanoTime();
        try {
            T value = work.get();
            return new Outcome<>(value, began - arrived, System.nanoTime() - began);
        } finally {
            leave(System.nanoTime() - began);
        }
    }

    private void enter(Request request) {
        lock.lock();
        try {
            if (draining) {
                throw new DrainingException();
            }
            checkWanted(request);
            if (running < limits.concurrency() && waiting.isEmpty()) {
                running++;
                return;
            }
            if (waiting.size() >= limits.queued() || waitingPixels + request.pixels() > limits.queuedPixels()) {
                throw new QueueFullException(
                        "queue is full: waiting=%d, pixels=%d, expected at most %d and %d"
                                .formatted(
                                        waiting.size(),
                                        waitingPixels + request.pixels(),
                                        limits.queued(),
                                        limits.queuedPixels()),
                        retryAfter());
            }
            await(new Waiter(request, arrivals++));
        } finally {
            lock.unlock();
        }
    }

    private void await(Waiter waiter) {
        waiting.add(waiter);
        waitingPixels += waiter.request.pixels();
        try {
            while (!waiter.admitted) {
                long left = waiter.request.deadlineNanos() - System.nanoTime();
                waiter.turn.awaitNanos(Math.max(1, Math.min(left, CANCELLATION_CHECK_NANOS)));
                if (!waiter.admitted) {
                    checkWanted(waiter.request);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp(waiter);
            throw new CancelledException();
        } catch (DeadlineExceededException | CancelledException e) {
            giveUp(waiter);
            throw e;
        }
    }

    private void giveUp(Waiter waiter) {
        if (waiter.admitted) {
            running--;
            admitNext();
        } else {
            waiting.remove(waiter);
            waitingPixels -= waiter.request.pixels();
            signalIfIdle();
        }
    }

    private static void checkWanted(Request request) {
        if (request.isCancelled()) {
            throw new CancelledException();
        }
        if (System.nanoTime() - request.deadlineNanos() >= 0) {
            throw new DeadlineExceededException();
        }
    }

    private void leave(long nanos) {
        lock.lock();
        try {
            running--;
            runSeconds += SMOOTHING * (nanos / 1e9 - runSeconds);
            admitNext();
        } finally {
            lock.unlock();
        }
    }

    private void admitNext() {
        while (running < limits.concurrency() && !waiting.isEmpty()) {
            Waiter next = waiting.get(0);
            for (Waiter waiter : waiting) {
                if (waiter.before(next)) {
                    next = waiter;
                }
            }
            waiting.remove(next);
            waitingPixels -= next.request.pixels();
            next.admitted = true;
            running++;
            next.turn.signal();
        }
        signalIfIdle();
    }

    private void signalIfIdle() {
        if (running == 0 && waiting.isEmpty()) {
            idle.signalAll();
        }
    }

    private Duration retryAfter() {
        double seconds = (waiting.size() + 1.0) / limits.concurrency() * runSeconds;
        return Duration.ofSeconds((long) Math.max(1, Math.ceil(seconds)));
    }

    /** Requests that wait now. */
    public int queueDepth() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Runs that are under way now. */
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    public boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Admits nothing more and waits until what was admitted has run.
     *
     * @return whether everything ran within the time
     */
    public boolean drain(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            draining = true;
            long left = timeout.toNanos();
            while (running > 0 || !waiting.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
