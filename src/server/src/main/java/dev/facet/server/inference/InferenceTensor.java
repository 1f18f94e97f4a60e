package dev.facet.server.inference;

import dev.facet.runtime.prediction.ReceivedTensor;
import dev.facet.server.problem.ProblemException;
import java.nio.FloatBuffer;
import java.util.List;

/** The FP32 input of a request, its shape checked against its elements and the network's: [batch, 3, height, width]. */
final class InferenceTensor implements ReceivedTensor {
    private static final int CHANNELS = 3;
    private static final int BLOCK = 1 << 12;

    private final int batch;
    private final int height;
    private final int width;
    private final TensorData data;

    private InferenceTensor(int batch, int height, int width, TensorData data) {
        this.batch = batch;
        this.height = height;
        this.width = width;
        this.data = data;
    }

    /** @throws ProblemException 400 for another shape, or another number of values than the shape has */
    static InferenceTensor of(InputTensor input) {
        List<Long> shape = input.shape();
        boolean fits = shape.size() == 4
                && shape.get(1) == CHANNELS
                && shape.stream().allMatch(extent -> extent >= 1 && extent <= Integer.MAX_VALUE);
        long values = 1;
        for (int i = 0; fits && i < shape.size(); i++) {
            fits = values <= Long.MAX_VALUE / shape.get(i);
            values = fits ? values * shape.get(i) : values;
        }
        if (!fits) {
            throw InvalidTensor.because(
                    "shape: input='%s', shape=%s, expected [batch, 3, height, width], each at least 1"
                            .formatted(input.name(), shown(shape)));
        }
        if (input.data().floats() != values) {
            throw InvalidTensor.because("values: input='%s', values=%d, expected %d for shape=%s"
                    .formatted(input.name(), input.data().floats(), values, shape));
        }
        return new InferenceTensor(
                shape.get(0).intValue(), shape.get(2).intValue(), shape.get(3).intValue(), input.data());
    }

    static String shown(List<Long> shape) {
        return shape.size() <= 8 ? shape.toString() : "of %d extents".formatted(shape.size());
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    /** @throws ProblemException 400 for a value that is no number, or infinite: it would spoil the answer around it */
    @Override
    public void copyTo(int image, FloatBuffer target) {
        long values = (long) CHANNELS * height * width;
        data.copyFloats(image * values, target);
        float[] block = new float[BLOCK];
        for (int at = 0; at < values; at += BLOCK) {
            int count = (int) Math.min(BLOCK, values - at);
            target.get(at, block, 0, count);
            if (!isFinite(block, count)) {
                throw InvalidTensor.because("values: input='%s' has values that aren't finite, expected numbers"
                        .formatted(TensorKind.IMAGE));
            }
        }
    }

    /** Four sums at a time: a product with zero is zero but for what isn't finite. */
    private static boolean isFinite(float[] values, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            a += values[i] * 0;
            b += values[i + 1] * 0;
            c += values[i + 2] * 0;
            d += values[i + 3] * 0;
        }
        for (; i < count; i++) {
            a += values[i] * 0;
        }
        return a + b + c + d == 0;
    }

    @Override
    public void close() {
        data.close();
    }
}
