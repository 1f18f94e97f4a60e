package dev.facet.runtime.registry;

/** No such pack, version or default; the message lists what there is. */
public final class UnknownPackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownPackException(String message) {
        super(message);
    }
}
