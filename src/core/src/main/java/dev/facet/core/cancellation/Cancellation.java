package dev.facet.core.cancellation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether work is still wanted: until it is cancelled or its deadline passes, whichever comes first. Long work calls {@link
 * #check()} between its steps; what can be stopped from outside registers with {@link #onCancel}. Thread-safe.
 *
 * <p>A passing deadline is seen by {@link #check()} at once, but tells nobody by itself: whoever set the deadline calls {@link
 * #expire()} when it passes.
 */
public final class Cancellation {
    /** 73 years: far enough, and differences on the clock don't overflow. */
    private static final long NO_DEADLINE_NANOS = Long.MAX_VALUE / 4;

    private final long deadlineNanos;
    private final List<Runnable> actions = new ArrayList<>();
    private State state = State.WANTED;

    private enum State {
        WANTED,
        CANCELLED,
        EXPIRED
    }

    private Cancellation(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** Work that is wanted until it is cancelled. */
    public static Cancellation withoutDeadline() {
        return new Cancellation(System.nanoTime() + NO_DEADLINE_NANOS);
    }

    /** @param deadlineNanos on the clock of {@link System#nanoTime()} */
    public static Cancellation at(long deadlineNanos) {
        return new Cancellation(deadlineNanos);
    }

    /** Work that is wanted for that long from now. */
    public static Cancellation after(Duration time) {
        return new Cancellation(System.nanoTime() + Math.min(time.toNanos(), NO_DEADLINE_NANOS));
    }

    /** Time until the deadline; 0 or less once it passed. */
    public long remainingNanos() {
        return deadlineNanos - System.nanoTime();
    }

    /** Whether the work was cancelled or its deadline passed. */
    public synchronized boolean isStopped() {
        return state != State.WANTED || remainingNanos() <= 0;
    }

    /**
     * Returns while the work is wanted.
     *
     * @throws CancelledException if it was cancelled
     * @throws DeadlineExceededException if its deadline passed
     */
    public void check() {
        State now;
        synchronized (this) {
            now = state;
        }
        if (now == State.CANCELLED) {
            throw new CancelledException();
        }
        if (now == State.EXPIRED || remainingNanos() <= 0) {
            throw new DeadlineExceededException();
        }
    }

    /** Nobody wants the work any more. The first call counts. */
    public void cancel() {
        stop(State.CANCELLED);
    }

    /** The deadline has passed: what registered is told. */
    public void expire() {
        stop(State.EXPIRED);
    }

    private void stop(State reason) {
        List<Runnable> told;
        synchronized (this) {
            if (state != State.WANTED) {
                return;
            }
            state = reason;
            told = List.copyOf(actions);
            actions.clear();
        }
        told.forEach(Runnable::run);
    }

    /**
     * Runs an action once, when the work is cancelled or expires; at once if it was already. It runs on the thread that
     * cancels, and must return at once and not throw.
     *
     * @return removes the action; afterwards it never runs, but may be running
     */
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (state == State.WANTED) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        action.run();
        return () -> {};
    }

    private synchronized void remove(Runnable action) {
        actions.remove(action);
    }

    /** An action that waits for the end of the work. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
