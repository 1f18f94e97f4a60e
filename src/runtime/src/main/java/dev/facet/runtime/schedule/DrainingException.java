package dev.facet.runtime.schedule;

/** The scheduler admits nothing more: the process is about to end. */
public final class DrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DrainingException() {
        super("draining: no new work is admitted");
    }
}
