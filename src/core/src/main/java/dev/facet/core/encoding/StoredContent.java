package dev.facet.core.encoding;

import java.util.Iterator;
import java.util.List;

/** Bytes in memory, as a list of arrays: none is ever copied into a larger one. */
final class StoredContent implements Content {
    /** Of an array and its place in the list. */
    private static final int ARRAY_OVERHEAD = 32;

    private final List<byte[]> parts;
    private final long length;

    StoredContent(List<byte[]> parts) {
        this.parts = List.copyOf(parts);
        this.length = parts.stream().mapToLong(part -> part.length).sum();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long heldBytes() {
        return length + (long) ARRAY_OVERHEAD * parts.size();
    }

    @Override
    public Iterator<byte[]> chunks() {
        return new ChunkIterator(parts.iterator());
    }
}
