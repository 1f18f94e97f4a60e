package dev.facet.runtime.registry;

/** Whether an upload becomes the version that answers for its name. */
public enum Activation {
    /** If it is new. Bytes that are there already keep their place: an upload that is sent twice doesn't undo a switch made in between. */
    IF_NEW,
    /** Yes, also if the bytes are there already. */
    ALWAYS,
    /** No, the version that answers stays. */
    NEVER
}
