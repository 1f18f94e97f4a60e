package dev.facet.runtime.registry;

/** Whether a registered pack can answer at once. */
public enum PackState {
    /** It is stored, and is opened by the first request for it. */
    COLD,
    /** It is being opened. */
    OPENING,
    /** It is in memory. */
    OPEN,
    /** It couldn't be opened; requests for it are refused. */
    FAILED
}
