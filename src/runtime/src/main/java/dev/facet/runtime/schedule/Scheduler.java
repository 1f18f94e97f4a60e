package dev.facet.runtime.schedule;

import dev.facet.core.cancellation.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one queue. Requests wait by priority, then by {@link FairOrder}, for a place and for memory; a few are under way at the
 * same time. The queue is bounded by the expected wait of its last request, at the {@link Speed} that was measured: where a new
 * one makes it too long, the last in order is refused, and told when there will be room. Thread-safe; nothing here blocks but
 * {@link #drain}.
 */
public final class Scheduler {
    private static final long MAX_RETRY_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long MIN_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SchedulerLimits limits;
    private final MemoryBudget memory;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final TreeSet<Waiter> waiting = new TreeSet<>();
    private final FairOrder order = new FairOrder();
    private final Speed speed = new Speed();
    private int underWay;
    private long underWayCost;
    private long arrivals;
    private long promisedNanos = System.nanoTime();
    private boolean draining;

    private static final class Waiter implements Comparable<Waiter> {
        private static final Comparator<Waiter> ORDER = Comparator.<Waiter>comparingInt(waiter -> waiter.work.rank())
                .thenComparingDouble(waiter -> waiter.start)
                .thenComparingLong(waiter -> waiter.arrival);

        private final Work work;
        private final double start;
        private final long arrival;
        private volatile Cancellation.Registration registration = () -> {};

        Waiter(Work work, double start, long arrival) {
            this.work = work;
            this.start = start;
            this.arrival = arrival;
        }

        @Override
        public int compareTo(Waiter other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * @param memory what work is reserved from
     * @param executor has a thread for each request that may be under way
     */
    public Scheduler(SchedulerLimits limits, MemoryBudget memory, Executor executor) {
        this.limits = limits;
        this.memory = memory;
        this.executor = executor;
        memory.onRelease(this::dispatch);
    }

    /**
     * Puts work into the queue, and starts it where there is room. Another one, of lower priority or of a client that has more in
     * the queue, may be refused in its place.
     *
     * @throws TooMuchMemoryException if it needs more memory than there will ever be
     * @throws QueueFullException if it would wait too long
     * @throws DrainingException if {@link #drain} was called
     * @throws dev.facet.core.cancellation.CancelledException if it isn't wanted any more
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline has passed
     */
    public void submit(Work work) {
        work.cancellation().check();
        if (!memory.canEverHold(work.memoryBytes())) {
            throw new TooMuchMemoryException(work.memoryBytes(), memory.workBytes());
        }
        List<Waiter> refused = new ArrayList<>();
        QueueFullException full = null;
        Waiter own;
        lock.lock();
        try {
            if (draining) {
                throw new DrainingException();
            }
            own = new Waiter(work, order.start(work.client(), work.cost()), arrivals++);
            waiting.add(own);
            while (waitOfLast() > maxWaitNanos()) {
                Waiter last = waiting.last();
                remove(last);
                if (last == own) {
                    full = queueFull(work.cost());
                    break;
                }
                refused.add(last);
            }
        } finally {
            lock.unlock();
        }
        for (Waiter each : refused) {
            each.registration.close();
            each.work.refused().accept(queueFull(each.work.cost()));
        }
        if (full != null) {
            throw full;
        }
        own.registration = work.cancellation().onCancel(() -> withdraw(own));
        dispatch();
    }

    /** Expected nanoseconds that the last in order waits, if it isn't the next; 0 if it is. */
    private double waitOfLast() {
        if (waiting.size() <= 1) {
            return 0;
        }
        long ahead = -waiting.last().work.cost();
        for (Waiter waiter : waiting) {
            ahead += waiter.work.cost();
        }
        return nanosFor(ahead);
    }

    /** Longer than was set where that lets wait too few: an estimate may be wrong, and a few are nothing to refuse. */
    private double maxWaitNanos() {
        long cost = underWayCost;
        for (Waiter waiter : waiting) {
            cost += waiter.work.cost();
        }
        double mean = (double) cost / Math.max(1, underWay + waiting.size());
        return Math.max(limits.maxWait().toNanos(), speed.secondsFor(mean * limits.fewest()) * 1e9);
    }

    /** Until that much of the queue is done, and before it what is under way: one of those is half done, on average. */
    private double nanosFor(long queuedCost) {
        double left = underWay == 0 ? 0 : underWayCost * (underWay - 0.5) / underWay;
        return speed.secondsFor(queuedCost + left) * 1e9;
    }

    private void remove(Waiter waiter) {
        waiting.remove(waiter);
        order.withdraw(waiter.work.client(), waiter.start, waiter.work.cost());
        signalIfIdle();
    }

    /** Work that isn't wanted any more leaves at once. */
    private void withdraw(Waiter waiter) {
        boolean waited;
        lock.lock();
        try {
            waited = waiting.contains(waiter);
            if (waited) {
                remove(waiter);
            }
        } finally {
            lock.unlock();
        }
        if (waited) {
            refuseUnwanted(waiter.work);
        }
    }

    private static void refuseUnwanted(Work work) {
        try {
            work.cancellation().check();
            throw new IllegalStateException("work is wanted and was withdrawn (bug)");
        } catch (RuntimeException reason) {
            work.refused().accept(reason);
        }
    }

    /**
     * When to come again, for who was refused before its cost was known: when the queue is short enough again, and who was told so
     * before has had a turn.
     */
    public QueueFullException queueFull(long cost) {
        lock.lock();
        try {
            long now = System.nanoTime();
            long queued =
                    waiting.stream().mapToLong(waiter -> waiter.work.cost()).sum();
            long room = now + (long) Math.max(0, nanosFor(queued) - maxWaitNanos());
            long own = (long) (speed.secondsFor(cost) * 1e9);
            // Each is told a turn of its own: who was told one before comes first.
            long turn = Math.max(Math.max(promisedNanos, room), now + MIN_RETRY_NANOS) + own;
            promisedNanos = Math.min(turn, now + MAX_RETRY_NANOS);
            long wait = promisedNanos - now;
            return new QueueFullException(
                    "queue is full: waiting=%d, expected wait at most %d ms; come again after %d ms"
                            .formatted(waiting.size(), (long) maxWaitNanos() / 1_000_000, wait / 1_000_000),
                    Duration.ofNanos(wait));
        } finally {
            lock.unlock();
        }
    }

    /** Starts what there is room for, in order: a large request isn't overtaken for ever by small ones. */
    private void dispatch() {
        while (true) {
            Waiter next;
            lock.lock();
            try {
                if (waiting.isEmpty() || underWay >= limits.underWay()) {
                    return;
                }
                next = waiting.first();
                if (!memory.reserve(next.work.memoryBytes())) {
                    return;
                }
                waiting.remove(next);
                order.begins(next.start);
                if (underWay++ == 0) {
                    speed.becameBusy(System.nanoTime());
                }
                underWayCost += next.work.cost();
            } finally {
                lock.unlock();
            }
            next.registration.close();
            start(next.work);
        }
    }

    private void start(Work work) {
        Reservation reservation = new Reservation(memory, work.memoryBytes());
        try {
            executor.execute(() -> {
                Runnable handOver = () -> {};
                try {
                    handOver = work.run().apply(reservation);
                } finally {
                    leave(work);
                }
                // Only now: a client that sends its next request at once must find the place of the last one free.
                handOver.run();
            });
        } catch (RuntimeException e) {
            leave(work);
            reservation.close();
            work.refused().accept(e);
        }
    }

    private void leave(Work work) {
        lock.lock();
        try {
            long now = System.nanoTime();
            speed.done(now, work.cost());
            underWay--;
            underWayCost -= work.cost();
            if (underWay == 0) {
                speed.becameIdle(now);
            }
            signalIfIdle();
        } finally {
            lock.unlock();
        }
        dispatch();
    }

    private void signalIfIdle() {
        if (underWay == 0 && waiting.isEmpty()) {
            idle.signalAll();
        }
    }

    /** Requests that wait now. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Requests that are worked on now. */
    public int underWay() {
        lock.lock();
        try {
            return underWay;
        } finally {
            lock.unlock();
        }
    }

    /** How long a request that came now would wait, as far as is known. */
    public Duration expectedWait() {
        lock.lock();
        try {
            long queued =
                    waiting.stream().mapToLong(waiter -> waiter.work.cost()).sum();
            return Duration.ofNanos((long) nanosFor(queued));
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
            while (underWay > 0 || !waiting.isEmpty()) {
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
