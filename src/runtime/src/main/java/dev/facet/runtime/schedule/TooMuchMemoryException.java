package dev.facet.runtime.schedule;

/** A request needs more memory than requests may ever hold; the message says how much, and what there is. */
public final class TooMuchMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long neededBytes;
    private final long limitBytes;

    TooMuchMemoryException(long neededBytes, long limitBytes) {
        super("request needs too much memory: bytes=%d, expected at most %d".formatted(neededBytes, limitBytes));
        this.neededBytes = neededBytes;
        this.limitBytes = limitBytes;
    }

    public long neededBytes() {
        return neededBytes;
    }

    public long limitBytes() {
        return limitBytes;
    }
}
