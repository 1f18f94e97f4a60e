package dev.facet.runtime.prediction;

import dev.facet.core.image.InputTensor;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Direct buffers for network inputs, used again: up to so many bytes of them are kept, the ones given back last. A buffer of more
 * than twice the size that is needed isn't taken, so that a small input never holds a large one's memory. Thread-safe.
 */
public final class InputBuffers {
    private final long keptBytes;
    private final Deque<FloatBuffer> free = new ArrayDeque<>();
    private long freeBytes;

    /** @param keptBytes bytes of buffers that are kept for the next images */
    public InputBuffers(long keptBytes) {
        if (keptBytes < 0) {
            throw new IllegalArgumentException("input buffers: keptBytes=%d, expected at least 0".formatted(keptBytes));
        }
        this.keptBytes = keptBytes;
    }

    /** A buffer for {@code 3·height·width} values, limit set; its content is whatever it was. */
    FloatBuffer take(int height, int width) {
        int values = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        synchronized (this) {
            for (Iterator<FloatBuffer> each = free.iterator(); each.hasNext(); ) {
                FloatBuffer buffer = each.next();
                if (buffer.capacity() >= values && buffer.capacity() / 2 <= values) {
                    each.remove();
                    freeBytes -= bytes(buffer);
                    return buffer.clear().limit(values);
                }
            }
        }
        return InputTensor.allocate(height, width);
    }

    synchronized void giveBack(FloatBuffer buffer) {
        free.addFirst(buffer);
        freeBytes += bytes(buffer);
        while (freeBytes > keptBytes) {
            freeBytes -= bytes(free.removeLast());
        }
    }

    private static long bytes(FloatBuffer buffer) {
        return (long) buffer.capacity() * Float.BYTES;
    }
}
