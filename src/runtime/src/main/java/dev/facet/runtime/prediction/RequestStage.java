package dev.facet.runtime.prediction;

import java.util.Locale;

/** A step on the way of a request; {@link StageTimes} says how long each took. */
public enum RequestStage {
    /** Waiting for a place, or for the engine. */
    QUEUE,
    /** From the image's file to pixels. */
    DECODE,
    /** From pixels to the network's input. */
    INPUT,
    /** Getting at the features: the run of the bank's part, or waiting for another's. */
    PREFIX,
    /** The run of the pack's part. */
    COMPUTE,
    /** From the network's map to the answer's bytes. */
    ENCODE,
    /** Sending the answer, as fast as the client reads it. */
    WRITE;

    /** Its name in metrics and traces: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
