package dev.facet.core.encoding;

import dev.facet.core.image.PngBuilder;
import dev.facet.core.image.PngFormat;
import dev.facet.core.image.Raster;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.util.LinkedHashMap;
import java.util.Map;

/** Predictions as PNG and JPEG, band by band. */
final class Pictures {
    private Pictures() {}

    /** Which picture holds the values of a kind. */
    static PngFormat format(TaskKind task, EncodingOptions options) {
        if (task instanceof ClassKind) {
            return PngFormat.PALETTE8;
        }
        if (task instanceof Normals) {
            return options.bits() == 16 ? PngFormat.RGB16 : PngFormat.RGB8;
        }
        return task instanceof Depth || options.bits() == 16 ? PngFormat.GREY16 : PngFormat.GREY8;
    }

    /**
     * The picture of values, to which the bands are added as {@link #samples}.
     *
     * @param range of all values, where {@link Rendering#needsRange} says so
     */
    static PngBuilder values(TaskKind task, EncodingOptions options, int height, int width, Statistics range) {
        int[] palette = task instanceof ClassKind kind ? Rendering.palette(kind, options) : new int[0];
        Map<String, String> text = new LinkedHashMap<>();
        if (task instanceof Depth depth) {
            text.put("Quantity", depth.quantity().id());
            depth.scale().ifPresent(scale -> {
                text.put("Unit", scale.unit());
                text.put("Scale", Double.toString(scale.pngScale()));
            });
            if (depth.isInverse()) {
                text.put("Minimum", Float.toString(range.min()));
                text.put("Maximum", Float.toString(range.max()));
            }
        } else if (task instanceof Normals normals) {
            text.put("Axes", normals.axes());
        }
        return new PngBuilder(format(task, options), height, width, palette, text);
    }

    /** A band of the picture of values; the range is that of {@link #values}. */
    static byte[] samples(Prediction band, EncodingOptions options, Statistics range) {
        if (band instanceof Prediction.LabelMap labels) {
            return labels.ids();
        }
        if (band instanceof Prediction.DepthMap depth) {
            return depth.task()
                    .scale()
                    .map(scale -> Quantization.distance16(depth.values(), scale.pngScale()))
                    .orElseGet(() -> Quantization.range16(depth.values(), range.min(), range.max()));
        }
        if (band instanceof Prediction.NormalMap normals) {
            return options.bits() == 16
                    ? Quantization.normals16(normals.values())
                    : Quantization.normals8(normals.values());
        }
        float[] values = ((Prediction.ProbabilityMap) band).values();
        return options.bits() == 16 ? Quantization.probability16(values) : Quantization.probability8(values);
    }

    /** @param range of all values, where {@link Rendering#needsRange} says so */
    static Content of(TaskKind task, Bands bands, AnswerForm form, Raster image, Statistics range) {
        try (PictureBuilder picture = new PictureBuilder(task, bands.height(), bands.width(), form, image, range)) {
            bands.forEach(picture::add);
            bands.cancellation().check();
            return picture.finish();
        }
    }
}
