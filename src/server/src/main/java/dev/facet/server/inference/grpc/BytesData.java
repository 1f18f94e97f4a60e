package dev.facet.server.inference.grpc;

import com.google.protobuf.ByteString;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.inference.FloatFill;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor as bytes in a message: those of {@code raw_input_contents}, or the packed values of {@code fp32_contents}, which are the same
 * bytes, or an element of {@code bytes_contents}. They are copied once, from where they came to where they are needed.
 *
 * @param bytes little-endian, row-major
 * @param hasLength whether a BYTES element begins with its length
 * @param body with the message
 */
record BytesData(ByteString bytes, boolean hasLength, ReceivedBody body) implements TensorData {
    @Override
    public long floats() {
        if (bytes.size() % Float.BYTES != 0) {
            throw InvalidTensor.because(
                    "bytes: bytes=%d, expected a multiple of %d".formatted(bytes.size(), Float.BYTES));
        }
        return bytes.size() / Float.BYTES;
    }

    @Override
    public void copyFloats(long first, FloatBuffer target) {
        int from = Math.toIntExact(first * Float.BYTES);
        FloatFill fill = new FloatFill(target);
        bytes.substring(from, from + target.limit() * Float.BYTES)
                .asReadOnlyByteBufferList()
                .forEach(fill);
    }

    @Override
    public byte[] onlyElement() {
        ByteString element = hasLength ? withoutLength() : bytes;
        body.reserve(element.size());
        return element.toByteArray();
    }

    private ByteString withoutLength() {
        if (bytes.size() >= Integer.BYTES) {
            byte[] prefix = bytes.substring(0, Integer.BYTES).toByteArray();
            long length = Integer.toUnsignedLong(
                    ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getInt());
            if (length == bytes.size() - Integer.BYTES) {
                return bytes.substring(Integer.BYTES);
            }
        }
        throw InvalidTensor.because(
                "bytes: bytes=%d, expected one element: its length in 4 bytes, little-endian, then as many bytes"
                        .formatted(bytes.size()));
    }

    @Override
    public void close() {
        body.close();
    }
}
