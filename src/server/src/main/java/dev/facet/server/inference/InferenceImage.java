package dev.facet.server.inference;

import dev.facet.runtime.prediction.EncodedImage;

/** The BYTES input of a request: the file of one image. */
final class InferenceImage implements EncodedImage {
    private final TensorData data;

    InferenceImage(TensorData data) {
        this.data = data;
    }

    static void checkShape(InputTensor input) {
        if (input.shape().size() != 1 || input.shape().get(0) != 1) {
            throw InvalidTensor.because("shape: input='%s', shape=%s, expected [1], one image a request"
                    .formatted(input.name(), InferenceTensor.shown(input.shape())));
        }
    }

    @Override
    public byte[] read() {
        return data.onlyElement();
    }

    @Override
    public void close() {
        data.close();
    }
}
