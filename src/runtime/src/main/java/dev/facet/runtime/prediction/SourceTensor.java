package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Normalization;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * One image of a tensor. Nothing is shared with other requests: to tell that two tensors are equal would take as long as to copy
 * them.
 *
 * @param copied called once the image's values have been copied
 */
record SourceTensor(ReceivedTensor tensor, int image, Runnable copied) implements InputSource {
    @Override
    public int height() {
        return tensor.height();
    }

    @Override
    public int width() {
        return tensor.width();
    }

    @Override
    public Optional<String> digest() {
        return Optional.empty();
    }

    @Override
    public void load(Cancellation cancellation) {
        // Copying is all there is to do.
    }

    @Override
    public void fill(Frame frame, Normalization normalization, FloatBuffer target, Cancellation cancellation) {
        cancellation.check();
        tensor.copyTo(image, target);
        copied.run();
    }
}
