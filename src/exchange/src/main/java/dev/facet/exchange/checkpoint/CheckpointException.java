package dev.facet.exchange.checkpoint;

/** A checkpoint that can't be read or isn't of a network that we know; the message says what was expected. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
