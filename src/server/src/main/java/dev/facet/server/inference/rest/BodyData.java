package dev.facet.server.inference.rest;

import dev.facet.server.http.ReceivedBody;
import dev.facet.server.inference.FloatFill;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor as bytes in a body: little-endian, row-major. They are copied once, from the chunks that came to where they are needed.
 *
 * @param offset of its first byte in the body
 * @param bytes of it
 * @param hasLength whether a BYTES element begins with its length
 */
record BodyData(ReceivedBody body, long offset, long bytes, boolean hasLength) implements TensorData {
    @Override
    public long floats() {
        if (bytes % Float.BYTES != 0) {
            throw InvalidTensor.because("bytes: bytes=%d, expected a multiple of %d".formatted(bytes, Float.BYTES));
        }
        return bytes / Float.BYTES;
    }

    @Override
    public void copyFloats(long first, FloatBuffer target) {
        body.forEachChunk(offset + first * Float.BYTES, (long) target.limit() * Float.BYTES, new FloatFill(target));
    }

    @Override
    public byte[] onlyElement() {
        long length = hasLength ? elementLength() : bytes;
        body.reserve(length);
        byte[] element = new byte[Math.toIntExact(length)];
        body.copyTo(offset + bytes - length, ByteBuffer.wrap(element));
        return element;
    }

    private long elementLength() {
        ByteBuffer prefix = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes >= Integer.BYTES) {
            body.copyTo(offset, prefix);
            long length = Integer.toUnsignedLong(prefix.getInt(0));
            if (length == bytes - Integer.BYTES) {
                return length;
            }
        }
        throw InvalidTensor.because(
                "bytes: bytes=%d, expected one element: its length in 4 bytes, little-endian, then as many bytes"
                        .formatted(bytes));
    }

    @Override
    public void close() {
        body.close();
    }
}
