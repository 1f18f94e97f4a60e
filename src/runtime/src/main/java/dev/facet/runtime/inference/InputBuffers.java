package dev.facet.runtime.inference;

import dev.facet.core.image.InputTensor;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Direct buffers for network inputs, used again; a few are kept. Thread-safe. */
public final class InputBuffers {
    private final int kept;
    private final Deque<FloatBuffer> free = new ArrayDeque<>();

    /** @param kept buffers that are kept for the next image */
    public InputBuffers(int kept) {
        this.kept = kept;
    }

    /** A buffer for {@code 3·height·width} values, limit set; its content is whatever it was. */
    FloatBuffer take(int height, int width) {
        int values = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        synchronized (free) {
            for (Iterator<FloatBuffer> each = free.iterator(); each.hasNext(); ) {
                FloatBuffer buffer = each.next();
                if (buffer.capacity() >= values) {
                    each.remove();
                    return buffer.clear().limit(values);
                }
            }
        }
        return InputTensor.allocate(height, width);
    }

    void giveBack(FloatBuffer buffer) {
        synchronized (free) {
            free.addFirst(buffer);
            if (free.size() > kept) {
                free.removeLast();
            }
        }
    }
}
