package dev.facet.server.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.Representation;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.OutputPlanes;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.inference.Answer;
import dev.facet.server.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** {@code ?raw=logits}: the network's outputs at the image's size, fp32 [channels, height, width]. */
final class Logits {
    private static final long MAX_BYTES = 512L << 20;

    private Logits() {}

    static Encoded encode(Answer answer, Representation representation) {
        NetworkOutput output = answer.output();
        int height = answer.frame().imageHeight();
        int width = answer.frame().imageWidth();
        long bytes = (long) output.channels() * height * width * Float.BYTES;
        if (bytes > MAX_BYTES) {
            throw new ProblemException(
                    413,
                    "ANSWER_TOO_LARGE",
                    "logits too large: bytes=%d, expected at most %d; send a smaller image"
                            .formatted(bytes, MAX_BYTES));
        }
        float[] planes = OutputPlanes.of(output, answer.frame());
        if (representation == Representation.NPY) {
            return new Encoded(
                    representation.mediaType(),
                    NpyWriter.floats(new Shape(output.channels(), height, width), planes),
                    Map.of());
        }
        ByteBuffer values = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        values.asFloatBuffer().put(planes);
        return new Encoded(
                representation.mediaType(),
                values.array(),
                Map.of(
                        "X-Tensor-Shape",
                        "%d,%d,%d".formatted(output.channels(), height, width),
                        "X-Tensor-Type",
                        "float32"));
    }
}
