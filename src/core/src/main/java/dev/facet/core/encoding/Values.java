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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Predictions and logits as arrays of numbers, computed when they are read. */
final class Values {
    private Values() {}

    /** The headers that describe values without a header of their own. */
    static Map<String, String> headers(TaskKind task, Frame frame, boolean logits) {
        return headers(shape(task, frame, logits), isBytes(task, logits) ? "uint8" : "float32");
    }

    static Map<String, String> headers(Shape shape, String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(
                "X-Tensor-Shape",
                Arrays.stream(shape.extents()).mapToObj(Long::toString).collect(Collectors.joining(",")));
        headers.put("X-Tensor-Type", type);
        return headers;
    }

    static Content prediction(TaskKind task, NetworkOutput output, Frame frame, AnswerForm form) {
        PredictionRows rows = task.rows(output, frame, form.options().unknown());
        return prediction(task, rows, frame, form.representation() == Representation.NPY, mapBytes(output));
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
        return planes(
                head(npy, false, shape(task, frame, true)),
                List.of(new OutputPlanes(output, frame)),
                new Shape(1, task.outputs(), frame.imageHeight(), frame.imageWidth()),
                mapBytes(output));
    }

    /** What forward gives for each image of a tensor. */
    static Content forward(TaskKind task, List<NetworkOutput> outputs, int height, int width) {
        if (task instanceof Normals) {
            // The length of a normal takes all of its planes, so they would be made three times.
            return new StoredContent(outputs.stream()
                    .map(output -> littleEndian(task.forward(output, height, width)))
                    .toList());
        }
        return planes(
                new byte[0],
                outputs.stream()
                        .map(output -> OutputPlanes.ofTensor(output, height, width))
                        .toList(),
                new Shape(outputs.size(), task.outputs(), height, width),
                outputs.stream().mapToLong(Values::mapBytes).sum());
    }

    /** @param shape NCHW */
    private static Content planes(byte[] head, List<OutputPlanes> images, Shape shape, long sourceBytes) {
        int channels = shape.intExtent(1);
        int height = shape.intExtent(2);
        int step = rowsOfChunk(Float.BYTES * shape.intExtent(3));
        int bands = bands(height, step);
        return new ComputedContent(
                head,
                Float.BYTES * shape.elements(),
                Math.multiplyExact(Math.multiplyExact(images.size(), channels), bands),
                index -> {
                    int first = index % bands * step;
                    int plane = index / bands;
                    return littleEndian(
                            images.get(plane / channels).rows(plane % channels, first, Math.min(step, height - first)));
                },
                sourceBytes);
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
