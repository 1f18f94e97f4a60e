package dev.facet.runtime.schedule;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Bytes of heap and direct memory that requests may hold together: bodies on their way in, decoded images, network inputs,
 * answers. What will be needed is reserved before it is allocated. Bodies may hold a part of the budget only, so that what
 * arrives never takes the room of what is being worked on. Thread-safe; never blocks.
 */
public final class MemoryBudget {
    private final long totalBytes;
    private final long bodyBytes;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
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

    /** The part of the budget that bodies can't take. */
    public long workBytes() {
        return totalBytes - bodyBytes;
    }

    /** Calls an action whenever bytes were given back; it must return soon and not throw. */
    public void onRelease(Runnable action) {
        listeners.add(action);
    }

    /** Bytes that are held now, bodies included. */
    public synchronized long heldBytes() {
        return held;
    }

    /** Whether that much could be reserved for work if nothing but bodies were held. */
    public boolean canEverHold(long bytes) {
        return bytes <= workBytes();
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
    public void releaseBody(long bytes) {
        give(bytes, bytes);
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
    public void release(long bytes) {
        give(bytes, 0);
    }

    private void give(long bytes, long ofBodies) {
        synchronized (this) {
            held -= bytes;
            heldByBodies -= ofBodies;
            if (held < 0 || heldByBodies < 0) {
                throw new IllegalStateException(
                        "memory released that was not reserved: bytes=%d (bug)".formatted(bytes));
            }
        }
        listeners.forEach(Runnable::run);
    }
}
