package dev.facet.runtime.schedule;

/** The request was cancelled before its run began. */
public final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CancelledException() {
        super("cancelled before it ran");
    }
}
