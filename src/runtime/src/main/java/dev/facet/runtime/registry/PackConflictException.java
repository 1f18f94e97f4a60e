package dev.facet.runtime.registry;

/** The call contradicts what is there. */
public final class PackConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Conflict conflict;

    /** What contradicts. */
    public enum Conflict {
        /** Other bytes under a version that exists. */
        VERSION_EXISTS,
        /** The caller wanted to create, and the version exists; or the state isn't the one that the caller knows. */
        PRECONDITION_FAILED,
        /** As many packs as may be resident. */
        TOO_MANY_PACKS,
        /** A pack of another kind can't be the default of a kind. */
        WRONG_KIND,
        /** Requests are divided without the active version, or there is no version to promote or to roll back to. */
        WRONG_VERSION
    }

    PackConflictException(Conflict conflict, String message) {
        super(message);
        this.conflict = conflict;
    }

    public Conflict conflict() {
        return conflict;
    }
}
