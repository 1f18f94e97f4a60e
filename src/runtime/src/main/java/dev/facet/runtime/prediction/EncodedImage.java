package dev.facet.runtime.prediction;

/** An image's file as a client sent it. What it takes to get at the bytes (a form, base64, gzip) is done in {@link #read()}. */
public interface EncodedImage extends AutoCloseable {
    /** The file's bytes; called once, on a thread that may block. */
    byte[] read();

    /** The bytes aren't needed any more; may be called more than once. */
    @Override
    void close();
}
