package dev.facet.runtime.prediction;

/** Where the features of an image came from. */
public enum FeatureSource {
    /** The pack has no prefix: it took the image. */
    IMAGE,
    /** The prefix was run for this pack. */
    COMPUTED,
    /** Another pack of the request, or another request for the same image, had it run. */
    SHARED
}
