package dev.facet.core.encoding;

import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.Prediction;
import dev.facet.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes predictions in every representation. Thread-safe.
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
     * Encodes a prediction.
     *
     * @param image needed for overlays only, else may be null
     * @throws IllegalArgumentException if the representation doesn't go with the rendering
     */
    public static Encoded encode(
            Prediction prediction, Representation representation, EncodingOptions options, Raster image) {
        boolean rendered = options.render() != Render.PLAIN;
        return switch (representation) {
            case PNG ->
                new Encoded(
                        representation.mediaType(),
                        rendered ? renderedPng(prediction, options, image) : png(prediction, options),
                        headers(prediction));
            case JPEG ->
                new Encoded(
                        representation.mediaType(),
                        JpegWriter.write(
                                prediction.height(),
                                prediction.width(),
                                rendering(prediction, jpegOptions(options, image), image)),
                        headers(prediction));
            case NPY -> new Encoded(representation.mediaType(), npy(prediction), headers(prediction));
            case RAW -> raw(prediction);
            case JSON ->
                new Encoded(
                        representation.mediaType(),
                        PredictionJson.write(
                                prediction, options, needsPng(prediction) ? png(prediction, options) : null),
                        headers(prediction));
        };
    }

    private static boolean needsPng(Prediction prediction) {
        return prediction instanceof Prediction.DepthMap || prediction instanceof Prediction.NormalMap;
    }

    /** A JPEG is a picture for people: without a rendering it is the overlay. */
    private static EncodingOptions jpegOptions(EncodingOptions options, Raster image) {
        if (options.render() != Render.PLAIN) {
            return options;
        }
        if (image == null) {
            throw new IllegalArgumentException("JPEG holds renderings only: expected render=overlay|turbo|magma");
        }
        return new EncodingOptions(Render.OVERLAY, options.alpha(), options.bits(), options.threshold());
    }

    private static byte[] renderedPng(Prediction prediction, EncodingOptions options, Raster image) {
        return PngWriter.rgb8(prediction.height(), prediction.width(), rendering(prediction, options, image), Map.of());
    }

    private static byte[] rendering(Prediction prediction, EncodingOptions options, Raster image) {
        return switch (options.render()) {
            case OVERLAY -> Rendering.overlay(prediction, image, options.alpha());
            case MAGMA -> Rendering.rgb(Rendering.colors(prediction, ColorMap.MAGMA));
            case TURBO, PLAIN -> Rendering.rgb(Rendering.colors(prediction, ColorMap.TURBO));
        };
    }

    private static byte[] png(Prediction prediction, EncodingOptions options) {
        int height = prediction.height();
        int width = prediction.width();
        if (prediction instanceof Prediction.LabelMap labels) {
            return PngWriter.palette(height, width, labels.ids(), Rendering.palette(labels.classes()), Map.of());
        }
        if (prediction instanceof Prediction.DepthMap depth) {
            Map<String, String> text = new LinkedHashMap<>();
            text.put("Unit", depth.task().unit());
            text.put("Scale", Double.toString(depth.task().pngScale()));
            return PngWriter.grey16(
                    height, width, Samples.depth16(depth.values(), depth.task().pngScale()), text);
        }
        if (prediction instanceof Prediction.NormalMap normals) {
            Map<String, String> text = Map.of("Axes", normals.task().axes());
            return options.bits() == 16
                    ? PngWriter.rgb16(height, width, Samples.normals16(normals.values()), text)
                    : PngWriter.rgb8(height, width, Samples.normals8(normals.values()), text);
        }
        Prediction.ProbabilityMap probability = (Prediction.ProbabilityMap) prediction;
        return options.bits() == 16
                ? PngWriter.grey16(height, width, Samples.probability16(probability.values()), Map.of())
                : PngWriter.grey8(height, width, Samples.probability8(probability.values()), Map.of());
    }

    private static Shape shape(Prediction prediction) {
        return prediction instanceof Prediction.NormalMap
                ? new Shape(prediction.height(), prediction.width(), 3)
                : new Shape(prediction.height(), prediction.width());
    }

    private static float[] values(Prediction prediction) {
        if (prediction instanceof Prediction.DepthMap depth) {
            return depth.values();
        }
        if (prediction instanceof Prediction.NormalMap normals) {
            return normals.values();
        }
        return ((Prediction.ProbabilityMap) prediction).values();
    }

    private static byte[] npy(Prediction prediction) {
        return prediction instanceof Prediction.LabelMap labels
                ? NpyWriter.bytes(shape(prediction), labels.ids())
                : NpyWriter.floats(shape(prediction), values(prediction));
    }

    private static Encoded raw(Prediction prediction) {
        Map<String, String> headers = new LinkedHashMap<>(headers(prediction));
        headers.put(
                "X-Tensor-Shape",
                Arrays.stream(shape(prediction).extents())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",")));
        if (prediction instanceof Prediction.LabelMap labels) {
            headers.put("X-Tensor-Type", "uint8");
            return new Encoded(Representation.RAW.mediaType(), labels.ids(), headers);
        }
        headers.put("X-Tensor-Type", "float32");
        float[] values = values(prediction);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Encoded(Representation.RAW.mediaType(), bytes.array(), headers);
    }

    private static Map<String, String> headers(Prediction prediction) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (prediction instanceof Prediction.DepthMap depth) {
            headers.put("X-Depth-Unit", depth.task().unit());
            headers.put("X-Depth-Scale", Double.toString(depth.task().pngScale()));
        } else if (prediction instanceof Prediction.NormalMap normals) {
            headers.put("X-Normals-Axes", normals.task().axes().replaceAll("[^ -~]", "?"));
        }
        return headers;
    }
}
