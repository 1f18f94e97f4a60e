package dev.facet.core.cancellation;

/** The work was cancelled: nobody waits for it any more. */
public final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CancelledException() {
        super("cancelled: the client no longer waits", null, false, false);
    }
}
