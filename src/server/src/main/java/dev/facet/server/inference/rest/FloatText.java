package dev.facet.server.inference.rest;

import dev.facet.core.encoding.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/** FP32 values as the elements of a JSON array, made while they are read; what isn't finite is null, since JSON has no word for it. */
final class FloatText implements Iterator<byte[]> {
    private final Iterator<byte[]> values;
    private boolean begun;

    /** @param values little-endian; no value is split between chunks */
    FloatText(Content values) {
        this.values = values.chunks();
    }

    @Override
    public boolean hasNext() {
        return values.hasNext();
    }

    @Override
    public byte[] next() {
        FloatBuffer floats =
                ByteBuffer.wrap(values.next()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        StringBuilder text = new StringBuilder(floats.remaining() * 12);
        while (floats.hasRemaining()) {
            if (begun) {
                text.append(',');
            }
            begun = true;
            float value = floats.get();
            if (Float.isFinite(value)) {
                text.append(value);
            } else {
                text.append("null");
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
