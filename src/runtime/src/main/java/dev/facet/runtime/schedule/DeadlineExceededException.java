package dev.facet.runtime.schedule;

/** The deadline passed before the run began. */
public final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeadlineExceededException(String message) {
        super(message);
    }
}
