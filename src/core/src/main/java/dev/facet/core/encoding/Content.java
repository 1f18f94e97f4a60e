package dev.facet.core.encoding;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;

/** The bytes of an answer, in chunks: held in memory, or made when they are read. Immutable and thread-safe. */
public interface Content {
    /** The largest chunk: 256 KiB. */
    int MAX_CHUNK_BYTES = 1 << 18;

    /** Bytes of all chunks together. */
    long length();

    /** Heap that this content keeps while it is reachable; what it is computed from is counted. */
    long heldBytes();

    /**
     * The bytes in order, each chunk of 1 to {@link #MAX_CHUNK_BYTES} bytes; not to be written to. Every call begins anew. Whoever
     * reads decides how long: what is computed on the way ends with the reading.
     */
    Iterator<byte[]> chunks();

    /** Writes all bytes. */
    default void writeTo(OutputStream out) throws IOException {
        for (Iterator<byte[]> chunks = chunks(); chunks.hasNext(); ) {
            out.write(chunks.next());
        }
    }

    /**
     * All bytes in one array, for small contents.
     *
     * @throws ArithmeticException if they don't fit into an array
     */
    default byte[] toBytes() {
        byte[] bytes = new byte[Math.toIntExact(length())];
        int at = 0;
        for (Iterator<byte[]> chunks = chunks(); chunks.hasNext(); ) {
            byte[] chunk = chunks.next();
            System.arraycopy(chunk, 0, bytes, at, chunk.length);
            at += chunk.length;
        }
        return bytes;
    }

    /** These bytes, which are kept and not copied. */
    static Content of(byte[] bytes) {
        return new StoredContent(bytes.length == 0 ? List.of() : List.of(bytes));
    }
}
