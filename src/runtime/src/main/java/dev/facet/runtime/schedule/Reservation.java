package dev.facet.runtime.schedule;

/** Memory that is reserved for one request. Thread-safe. */
public final class Reservation implements AutoCloseable {
    /** Of nothing. */
    public static final Reservation NONE = new Reservation(new MemoryBudget(1, 1), 0);

    private final MemoryBudget budget;
    private long bytes;

    Reservation(MemoryBudget budget, long bytes) {
        this.budget = budget;
        this.bytes = bytes;
    }

    /** Gives back all but that much; nothing where less is held. */
    public void shrinkTo(long remaining) {
        long given;
        synchronized (this) {
            given = Math.max(0, bytes - remaining);
            bytes -= given;
        }
        if (given > 0) {
            budget.release(given);
        }
    }

    /** Gives back everything; further calls do nothing. */
    @Override
    public void close() {
        shrinkTo(0);
    }
}
