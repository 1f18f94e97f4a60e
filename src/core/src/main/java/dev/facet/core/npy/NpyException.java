package dev.facet.core.npy;

/** A file that isn't a NumPy array that we read; the message says what was expected. */
public final class NpyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NpyException(String message) {
        super(message);
    }
}
