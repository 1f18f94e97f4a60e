package dev.facet.runtime.engine;

/**
 * What a prefix gives for images: layer1's map, which the decoder takes, and the map at the prefix' end. Native memory of an
 * engine. Any number of runs may read them at the same time; the holder closes them when none does.
 */
public interface Features extends AutoCloseable {
    Prefix prefix();

    /** Images. */
    int batch();

    /** Rows of the images, in pixels. */
    int height();

    /** Columns of the images, in pixels. */
    int width();

    /** Native bytes that they keep; 0 for those of an empty prefix, which refer to the input itself. */
    long sizeBytes();

    @Override
    void close();
}
