package dev.facet.server.response;

import dev.facet.core.encoding.Content;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a response carries, chunk by chunk: made while the client reads, so that an answer of any size holds one chunk.
 *
 * @param length bytes in all, or −1 where that is known only at the end
 * @param chunks makes an iterator over the content
 */
public record Body(long length, Supplier<Iterator<byte[]>> chunks) {
    /** An encoded prediction. */
    public static Body of(Content content) {
        return new Body(content.length(), content::chunks);
    }

    /** Bytes that are there already. */
    public static Body of(byte[] bytes) {
        return new Body(bytes.length, () -> List.of(bytes).iterator());
    }

    /** The content in one piece, for small ones. */
    public byte[] whole() {
        Iterator<byte[]> each = chunks.get();
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.max(32, Math.min(length, 1 << 20)));
        while (each.hasNext()) {
            out.writeBytes(each.next());
        }
        return out.toByteArray();
    }
}
