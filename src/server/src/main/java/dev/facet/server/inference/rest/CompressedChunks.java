package dev.facet.server.inference.rest;

import dev.facet.server.response.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.DeflaterOutputStream;

/** A body in a content coding, compressed while it is read. */
final class CompressedChunks implements Iterator<byte[]> {
    private final Iterator<byte[]> chunks;
    private final ByteArrayOutputStream ready = new ByteArrayOutputStream();
    private final DeflaterOutputStream out;
    private boolean finished;

    private CompressedChunks(Iterator<byte[]> chunks, AcceptedCoding coding) {
        this.chunks = chunks;
        this.out = coding.encode(ready);
    }

    static Body of(Body body, AcceptedCoding coding) {
        return new Body(-1, () -> new CompressedChunks(body.chunks().get(), coding));
    }

    @Override
    public boolean hasNext() {
        return !finished;
    }

    @Override
    public byte[] next() {
        if (finished) {
            throw new NoSuchElementException();
        }
        try {
            if (chunks.hasNext()) {
                out.write(chunks.next());
            } else {
                out.close();
                finished = true;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("compressing into memory failed (bug)", e);
        }
        byte[] compressed = ready.toByteArray();
        ready.reset();
        return compressed;
    }
}
