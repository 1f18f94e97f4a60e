package dev.facet.core.encoding;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.PredictionRows;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes predictions in every representation, from the network's map, a band of rows at a time. Thread-safe.
 *
 * <table>
 * <caption>What is written</caption>
 * <tr><th>kind</th><th>PNG</th><th>NPY, RAW</th><th>JSON</th></tr>
 * <tr><td>segmentation, human parts</td><td>8-bit palette, pixel = class id</td><td>uint8 [H, W]</td><td>classes with
 * pixels and run lengths</td></tr>
 * <tr><td>depth</td><td>16-bit grey, value·scale = distance, 0 = none</td><td>fp32 [H, W]</td><td>figures, PNG</td></tr>
 * <tr><td>inverse depth</td><td>16-bit grey, min + value·(max − min)/65535, with the image's min and max in headers and text</td>
 * <td>fp32 [H, W]</td><td>figures, PNG</td></tr>
 * <tr><td>normals</td><td>RGB round((n + 1)·127.5), 16 bits on request</td><td>fp32 [H, W, 3]</td><td>mean, PNG</td></tr>
 * <tr><td>saliency, edges</td><td>grey round(255·p), 16 bits on request</td><td>fp32 [H, W]</td><td>figures, run lengths
 * from the threshold on</td></tr>
 * </table>
 */
public final class PredictionEncoder {
    /** Smallest and largest value of the image: what the samples of inverse depth, and colours of depth, reach between. */
    private static final String RANGE = "X-Depth-Range";

    private PredictionEncoder() {}

    /**
     * Encodes a prediction. Pictures and JSON are written here; arrays (NPY, RAW, logits) are computed when the content is read,
     * and keep {@code output} until then.
     *
     * @param output stride-4 map
     * @param frame how the answer's pixels lie in the network's input: the image's frame, or the same seen at another size
     * @param image of the answer's size; needed where {@link #needsImage} says so, else may be null
     * @param cancellation looked at between bands
     * @throws IllegalArgumentException if the representation doesn't go with the rendering
     */
    public static Encoded encode(
            TaskKind task,
            NetworkOutput output,
            Frame frame,
            AnswerForm form,
            Raster image,
            Cancellation cancellation) {
        cancellation.check();
        if (form.logits()) {
            return encoded(
                    task, frame, form, Values.logits(task, output, frame, form.representation() == Representation.NPY));
        }
        if (form.representation() == Representation.NPY || form.representation() == Representation.RAW) {
            return encoded(task, frame, form, Values.prediction(task, output, frame, form));
        }
        PredictionRows rows = task.rows(output, frame, form.options().unknown());
        return written(task, rows, frame, form, image, cancellation);
    }

    /**
     * What {@link TaskKind#forward} gives for the images of a tensor: fp32 [images, outputs, height, width], little-endian,
     * row-major. Unit normals are made here; everything else is computed when the content is read, and keeps the maps until then.
     *
     * @param outputs stride-4 map of each image
     * @param height rows of the tensor
     * @param width columns of the tensor
     */
    public static Encoded encodeTensor(TaskKind task, List<NetworkOutput> outputs, int height, int width) {
        Shape shape = new Shape(outputs.size(), task.outputs(), height, width);
        return new Encoded(
                Representation.RAW.mediaType(),
                Values.forward(task, outputs, height, width),
                Values.headers(shape, "float32"));
    }

    /** The heap that {@link #encodeTensor} needs at most, its content included; the maps are not. */
    public static long peakTensorBytes(TaskKind task, int images, int height, int width) {
        return EncodingMemory.peakTensorBytes(task, images, height, width);
    }

    /** A picture or JSON. */
    static Encoded written(
            TaskKind task, PredictionRows rows, Frame frame, AnswerForm form, Raster image, Cancellation cancellation) {
        Bands bands = new Bands(rows, frame.imageHeight(), frame.imageWidth(), cancellation);
        if (form.representation() == Representation.JSON) {
            return encoded(task, frame, form, PredictionJson.write(task, bands, form.options()));
        }
        Statistics range = Rendering.range(task, bands, form);
        Content picture = Pictures.of(task, bands, form, image, range);
        return Rendering.needsRange(task, form)
                ? encoded(task, frame, form, picture, Map.of(RANGE, range.min() + "," + range.max()))
                : encoded(task, frame, form, picture);
    }

    static Encoded encoded(TaskKind task, Frame frame, AnswerForm form, Content content) {
        return encoded(task, frame, form, content, Map.of());
    }

    private static Encoded encoded(
            TaskKind task, Frame frame, AnswerForm form, Content content, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("X-Answer-Size", frame.imageHeight() + "," + frame.imageWidth());
        if (!form.logits()) {
            describe(task, headers);
        }
        if (form.representation() == Representation.RAW) {
            headers.putAll(Values.headers(task, frame, form.logits()));
        }
        return new Encoded(form.representation().mediaType(), content, headers);
    }

    /** Whether the answer shows the image: overlays. */
    public static boolean needsImage(AnswerForm form) {
        return form.isOverlay();
    }

    /**
     * The heap that encoding an image's answer needs at most, the content included; the network's map and the image, which are
     * there before, are not.
     */
    public static long peakBytes(TaskKind task, int height, int width, AnswerForm form) {
        return EncodingMemory.peakBytes(task, height, width, form);
    }

    private static void describe(TaskKind task, Map<String, String> headers) {
        if (task instanceof Depth depth) {
            headers.put("X-Depth-Quantity", depth.quantity().id());
            depth.scale().ifPresent(scale -> {
                headers.put("X-Depth-Unit", scale.unit());
                headers.put("X-Depth-Scale", Double.toString(scale.pngScale()));
            });
        } else if (task instanceof Normals normals) {
            headers.put("X-Normals-Axes", normals.axes().replaceAll("[^ -~]", "?"));
        }
    }
}
