package dev.facet.core.encoding;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Gives parts as they are where they are small enough, and larger ones in slices. */
final class ChunkIterator implements Iterator<byte[]> {
    private final Iterator<byte[]> parts;
    private byte[] part = {};
    private int at;

    ChunkIterator(Iterator<byte[]> parts) {
        this.parts = parts;
    }

    @Override
    public boolean hasNext() {
        while (at == part.length && parts.hasNext()) {
            part = parts.next();
            at = 0;
        }
        return at < part.length;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int from = at;
        at = Math.min(part.length, from + Content.MAX_CHUNK_BYTES);
        return from == 0 && at == part.length ? part : Arrays.copyOfRange(part, from, at);
    }
}
