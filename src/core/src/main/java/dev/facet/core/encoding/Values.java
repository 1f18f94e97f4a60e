package dev.facet.core.encoding;

import dev.facet.core.image.Frame;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.OutputPlanes;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.PredictionRows;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Predictions and logits as arrays of numbers, computed when they are read. */
final class Values {
    private Values() {}

    /** The headers that describe values without a header of their own. */
    static Map<String, String> headers(TaskKind task, Frame frame, boolean logits) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(
                "X-Tensor-Shape",
                Arrays.stream(shape(task, frame, logits).extents())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",")));
        headers.put("X-Tensor-Type", isBytes(task, logits) ? "uint8" : "float32");
        return headers;
    }

    static Content prediction(TaskKind task, NetworkOutput output, Frame frame, boolean npy) {
        return prediction(task, task.rows(output, frame), frame, npy, mapBytes(output));
    }

    /** @param sourceBytes heap that the rows are made from */
    static Content prediction(TaskKind task, PredictionRows rows, Frame frame, boolean npy, long sourceBytes) {
        Shape shape = shape(task, frame, false);
        boolean bytes = isBytes(task, false);
        int rowBytes = (bytes ? 1 : task instanceof Normals ? 3 * Float.BYTES : Float.BYTES) * frame.imageWidth();
        int step = rowsOfChunk(rowBytes);
        return new ComputedContent(
                head(npy, bytes, shape),
                (long) frame.imageHeight() * rowBytes,
                bands(frame.imageHeight(), step),
                index -> bytes(rows.band(index * step, Math.min(step, frame.imageHeight() - index * step))),
                sourceBytes);
    }

    static Content logits(TaskKind task, NetworkOutput output, Frame frame, boolean npy) {
        int rowBytes = Float.BYTES * frame.imageWidth();
        int step = rowsOfChunk(rowBytes);
        int bands = bands(frame.imageHeight(), step);
        OutputPlanes planes = new OutputPlanes(output, frame);
        return new ComputedContent(
                head(npy, false, shape(task, frame, true)),
                (long) task.outputs() * frame.imageHeight() * rowBytes,
                Math.multiplyExact(task.outputs(), bands),
                index -> {
                    int first = index % bands * step;
                    return littleEndian(planes.rows(index / bands, first, Math.min(step, frame.imageHeight() - first)));
                },
                mapBytes(output));
    }

    /** A label map also keeps the class of each of the map's samples. */
    private static long mapBytes(NetworkOutput output) {
        return (long) output.values().length * Float.BYTES + (long) output.height() * output.width();
    }

    private static int rowsOfChunk(int rowBytes) {
        return Math.max(1, Content.MAX_CHUNK_BYTES / rowBytes);
    }

    private static int bands(int height, int step) {
        return (height + step - 1) / step;
    }

    private static boolean isBytes(TaskKind task, boolean logits) {
        return task instanceof ClassKind && !logits;
    }

    private static Shape shape(TaskKind task, Frame frame, boolean logits) {
        if (logits) {
            return new Shape(task.outputs(), frame.imageHeight(), frame.imageWidth());
        }
        return task instanceof Normals
                ? new Shape(frame.imageHeight(), frame.imageWidth(), 3)
                : new Shape(frame.imageHeight(), frame.imageWidth());
    }

    private static byte[] head(boolean npy, boolean bytes, Shape shape) {
        if (!npy) {
            return new byte[0];
        }
        return bytes ? NpyWriter.byteHeader(shape) : NpyWriter.floatHeader(shape);
    }

    private static byte[] bytes(Prediction band) {
        if (band instanceof Prediction.LabelMap labels) {
            return labels.ids();
        }
        if (band instanceof Prediction.DepthMap depth) {
            return littleEndian(depth.values());
        }
        if (band instanceof Prediction.NormalMap normals) {
            return littleEndian(normals.values());
        }
        return littleEndian(((Prediction.ProbabilityMap) band).values());
    }

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
