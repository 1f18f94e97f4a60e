package dev.facet.core.encoding;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.PredictionRows;
import dev.facet.core.task.TaskKind;
import java.util.LinkedHashMap;
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
 * <tr><td>normals</td><td>RGB round((n + 1)·127.5), 16 bits on request</td><td>fp32 [H, W, 3]</td><td>mean, PNG</td></tr>
 * <tr><td>saliency, edges</td><td>grey round(255·p), 16 bits on request</td><td>fp32 [H, W]</td><td>figures, run lengths
 * from the threshold on</td></tr>
 * </table>
 */
public final class PredictionEncoder {
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
        Content content;
        if (form.logits()) {
            content = Values.logits(task, output, frame, form.representation() == Representation.NPY);
        } else if (form.representation() == Representation.NPY || form.representation() == Representation.RAW) {
            content = Values.prediction(task, output, frame, form.representation() == Representation.NPY);
        } else {
            content = written(task, task.rows(output, frame), frame, form, image, cancellation);
        }
        return encoded(task, frame, form, content);
    }

    /** A picture or JSON. */
    static Content written(
            TaskKind task, PredictionRows rows, Frame frame, AnswerForm form, Raster image, Cancellation cancellation) {
        Bands bands = new Bands(rows, frame.imageHeight(), frame.imageWidth(), cancellation);
        return form.representation() == Representation.JSON
                ? PredictionJson.write(task, bands, form.options())
                : Pictures.of(task, bands, form, image);
    }

    static Encoded encoded(TaskKind task, Frame frame, AnswerForm form, Content content) {
        Map<String, String> headers = new LinkedHashMap<>();
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
            headers.put("X-Depth-Unit", depth.unit());
            headers.put("X-Depth-Scale", Double.toString(depth.pngScale()));
        } else if (task instanceof Normals normals) {
            headers.put("X-Normals-Axes", normals.axes().replaceAll("[^ -~]", "?"));
        }
    }
}
