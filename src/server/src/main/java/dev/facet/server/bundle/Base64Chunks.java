package dev.facet.server.bundle;

import dev.facet.server.response.Body;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Content in base64, chunk by chunk. */
public final class Base64Chunks implements Iterator<byte[]> {
    private final Iterator<byte[]> chunks;
    /** Bytes that don't fill a group of three yet. */
    private byte[] rest = {};

    private Base64Chunks(Iterator<byte[]> chunks) {
        this.chunks = chunks;
    }

    /** A body in base64. */
    public static Body of(Body body) {
        long length = body.length() < 0 ? -1 : (body.length() + 2) / 3 * 4;
        return new Body(length, () -> new Base64Chunks(body.chunks().get()));
    }

    @Override
    public boolean hasNext() {
        return chunks.hasNext() || rest.length > 0;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        byte[] chunk = chunks.hasNext() ? chunks.next() : new byte[0];
        byte[] bytes = Arrays.copyOf(rest, rest.length + chunk.length);
        System.arraycopy(chunk, 0, bytes, rest.length, chunk.length);
        int whole = chunks.hasNext() ? bytes.length / 3 * 3 : bytes.length;
        rest = Arrays.copyOfRange(bytes, whole, bytes.length);
        return Base64.getEncoder().encode(Arrays.copyOf(bytes, whole));
    }
}
