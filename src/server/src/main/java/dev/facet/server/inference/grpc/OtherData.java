package dev.facet.server.inference.grpc;

import dev.facet.server.http.ReceivedBody;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.TensorData;
import java.nio.FloatBuffer;

/**
 * A tensor whose elements are none that any model takes, or that came without.
 *
 * @param what came, in words
 * @param body with the message
 */
record OtherData(String what, ReceivedBody body) implements TensorData {
    @Override
    public long floats() {
        throw unexpected("fp32_contents");
    }

    @Override
    public void copyFloats(long first, FloatBuffer target) {
        throw unexpected("fp32_contents");
    }

    @Override
    public byte[] onlyElement() {
        throw unexpected("bytes_contents of one element");
    }

    private RuntimeException unexpected(String expected) {
        return InvalidTensor.because("contents: %s, expected raw_input_contents or %s".formatted(what, expected));
    }

    @Override
    public void close() {
        body.close();
    }
}
