package dev.facet.runtime.schedule;

/**
 * Bytes of heap and direct memory that requests may hold together: bodies on their way in, decoded images, network inputs,
 * answers. What will be needed is reserved before it is allocated. Bodies may hold a part of the budget only, so that what
 * arrives never takes the room of what is being worked on. Thread-safe; never blocks.
 */
public final class MemoryBudget {
    private final long totalBytes;
    private final long bodyBytes;
    private long held;
    private long heldByBodies;

    /**
     * @param totalBytes all that may be held
     * @param bodyBytes the part of it that bodies may hold
     */
    public MemoryBudget(long totalBytes, long bodyBytes) {
        if (bodyBytes < 1 || totalBytes < bodyBytes) {
            throw new IllegalArgumentException("memory budget: total=%d, bodies=%d, expected 1..total for bodies"
                    .formatted(totalBytes, bodyBytes));
        }
        this.totalBytes = totalBytes;
        this.bodyBytes = bodyBytes;
    }

    public long totalBytes() {
        return totalBytes;
    }

    /** Bytes that are held now, bodies included. */
    public synchronized long heldBytes() {
        return held;
    }

    /** Whether that much could be reserved for work if nothing but bodies were held. */
    public boolean canEverHold(long bytes) {
        return bytes <= totalBytes - bodyBytes;
    }

    /** Reserves bytes of a body that has arrived; the caller gives them back. */
    public synchronized boolean reserveBody(long bytes) {
        if (heldByBodies + bytes > bodyBytes || held + bytes > totalBytes) {
            return false;
        }
        heldByBodies += bytes;
        held += bytes;
        return true;
    }

    /** Gives back bytes of a body. */
    public synchronized void releaseBody(long bytes) {
        heldByBodies -= bytes;
        release(bytes);
    }

    /** Reserves bytes for work; the caller gives them back. */
    public synchronized boolean reserve(long bytes) {
        if (held + bytes > totalBytes) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** Gives back bytes of work. */
    public synchronized void release(long bytes) {
        held -= bytes;
        if (held < 0 || heldByBodies < 0) {
            throw new IllegalStateException("memory released that was not reserved: bytes=%d (bug)".formatted(bytes));
        }
    }
}
