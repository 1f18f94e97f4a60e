package dev.facet.core.encoding;

import java.io.InputStream;
import java.util.Iterator;
import java.util.Objects;

/** Reads a content from its begin to its end. */
final class ContentInput extends InputStream {
    private final Iterator<byte[]> chunks;
    private byte[] chunk = {};
    private int at;

    ContentInput(Content content) {
        this.chunks = content.chunks();
    }

    @Override
    public int read() {
        return fill() ? chunk[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (!fill()) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fill() {
        while (at == chunk.length && chunks.hasNext()) {
            chunk = chunks.next();
            at = 0;
        }
        return at < chunk.length;
    }
}
