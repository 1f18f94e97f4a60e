package dev.facet.core.cancellation;

/** The deadline passed before the work was done. */
public final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeadlineExceededException() {
        super("deadline passed before the answer was ready", null, false, false);
    }
}
