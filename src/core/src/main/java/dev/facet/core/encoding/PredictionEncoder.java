package dev.facet.core.encoding;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
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
     * @param frame how the image lies in the network's input
     * @param image needed where {@link #needsImage} says so, else may be null
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
        String mediaType = form.representation().mediaType();
        if (form.logits()) {
            boolean npy = form.representation() == Representation.NPY;
            return new Encoded(
                    mediaType,
                    Values.logits(task, output, frame, npy),
                    npy ? Map.of() : Values.headers(task, frame, true));
        }
        Bands bands = new Bands(task.rows(output, frame), frame.imageHeight(), frame.imageWidth(), cancellation);
        Map<String, String> headers = headers(task);
        Content content = switch (form.representation()) {
            case PNG -> Pictures.png(task, bands, form, image);
            case JPEG -> Pictures.jpeg(task, bands, form, image);
            case NPY -> Values.prediction(task, output, frame, true);
            case RAW -> {
                headers.putAll(Values.headers(task, frame, false));
                yield Values.prediction(task, output, frame, false);
            }
            case JSON -> PredictionJson.write(task, bands, form.options());
        };
        return new Encoded(mediaType, content, headers);
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

    private static Map<String, String> headers(TaskKind task) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (task instanceof Depth depth) {
            headers.put("X-Depth-Unit", depth.unit());
            headers.put("X-Depth-Scale", Double.toString(depth.pngScale()));
        } else if (task instanceof Normals normals) {
            headers.put("X-Normals-Axes", normals.axes().replaceAll("[^ -~]", "?"));
        }
        return headers;
    }
}
