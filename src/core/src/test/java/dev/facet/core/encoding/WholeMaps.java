package dev.facet.core.encoding;

import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.json.StrictJson;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions encoded as whole maps, all planes in memory, pixel by pixel: what the encoder by bands is compared with. */
final class WholeMaps {
    private WholeMaps() {}

    static byte[] encode(Prediction prediction, AnswerForm form, Raster image) {
        int height = prediction.height();
        int width = prediction.width();
        EncodingOptions options = form.options();
        return switch (form.representation()) {
            case PNG ->
                options.render() == Render.PLAIN
                        ? png(prediction, options)
                        : PngWriter.rgb8(height, width, rgb(prediction, options.render(), options, image), Map.of());
            case JPEG -> {
                Render render = options.render() == Render.PLAIN ? Render.OVERLAY : options.render();
                JpegBuilder jpeg = new JpegBuilder(height, width);
                jpeg.add(rgb(prediction, render, options, image));
                yield jpeg.finish().toBytes();
            }
            case NPY ->
                prediction instanceof Prediction.LabelMap map
                        ? NpyWriter.bytes(new Shape(height, width), map.ids())
                        : NpyWriter.floats(
                                prediction instanceof Prediction.NormalMap
                                        ? new Shape(height, width, 3)
                                        : new Shape(height, width),
                                values(prediction));
            case RAW -> prediction instanceof Prediction.LabelMap map ? map.ids() : littleEndian(values(prediction));
            case JSON -> json(prediction, options);
        };
    }

    static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static float[] values(Prediction prediction) {
        if (prediction instanceof Prediction.DepthMap map) {
            return map.values();
        }
        return prediction instanceof Prediction.NormalMap map
                ? map.values()
                : ((Prediction.ProbabilityMap) prediction).values();
    }

    private static byte[] png(Prediction prediction, EncodingOptions options) {
        int height = prediction.height();
        int width = prediction.width();
        if (prediction instanceof Prediction.LabelMap map) {
            int[] palette = map.classes().stream().mapToInt(LabelClass::rgb).toArray();
            return PngWriter.palette(height, width, map.ids(), palette, Map.of());
        }
        float[] values = values(prediction);
        float[] range = range(values);
        short[] deep = new short[values.length];
        byte[] flat = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            if (prediction instanceof Prediction.DepthMap map) {
                deep[i] = (short) depth(map.task(), values[i], range);
            } else {
                float unit = prediction instanceof Prediction.NormalMap ? (values[i] + 1) / 2 : values[i];
                deep[i] = (short) Math.floor(clip(unit * 65535f, 65535) + 0.5f);
                flat[i] = (byte) Math.floor(clip(unit * 255f, 255) + 0.5f);
            }
        }
        if (prediction instanceof Prediction.DepthMap map) {
            Map<String, String> text = new LinkedHashMap<>();
            text.put("Quantity", map.task().quantity().id());
            if (map.task().isInverse()) {
                text.put("Minimum", Float.toString(range[0]));
                text.put("Maximum", Float.toString(range[1]));
            } else {
                text.put("Unit", map.task().scale().orElseThrow().unit());
                text.put(
                        "Scale",
                        Double.toString(map.task().scale().orElseThrow().pngScale()));
            }
            return PngWriter.grey16(height, width, deep, text);
        }
        if (prediction instanceof Prediction.NormalMap map) {
            Map<String, String> text = Map.of("Axes", map.task().axes());
            return options.bits() == 16
                    ? PngWriter.rgb16(height, width, deep, text)
                    : PngWriter.rgb8(height, width, flat, text);
        }
        return options.bits() == 16
                ? PngWriter.grey16(height, width, deep, Map.of())
                : PngWriter.grey8(height, width, flat, Map.of());
    }

    private static long depth(Depth task, float value, float[] range) {
        if (task.isInverse()) {
            return Math.round(65535 * (((double) value - range[0]) / ((double) range[1] - range[0])));
        }
        return Math.round(Math.min(Math.max(value / task.scale().orElseThrow().pngScale(), 0), 65535));
    }

    private static float clip(float value, float most) {
        return Math.min(Math.max(value, 0), most);
    }

    private static byte[] rgb(Prediction prediction, Render render, EncodingOptions options, Raster image) {
        boolean overlay = render == Render.OVERLAY;
        ColorMap map = render == Render.MAGMA || (overlay && !(prediction instanceof Prediction.DepthMap))
                ? ColorMap.MAGMA
                : ColorMap.TURBO;
        float[] range = prediction instanceof Prediction.DepthMap depth ? range(depth.values()) : new float[2];
        byte[] rgb = new byte[prediction.height() * prediction.width() * 3];
        for (int i = 0; i < rgb.length / 3; i++) {
            double opacity = options.alpha();
            int color;
            if (prediction instanceof Prediction.LabelMap labels) {
                LabelClass labelled = labels.classes().get(labels.ids()[i] & 0xFF);
                color = labelled.rgb();
                opacity = labelled.name().equals("background") ? 0 : opacity;
            } else if (prediction instanceof Prediction.NormalMap normals) {
                color = 0;
                for (int axis = 0; axis < 3; axis++) {
                    float sample = clip((normals.values()[3 * i + axis] + 1) * 127.5f, 255);
                    color = color << 8 | (int) (sample + 0.5f);
                }
            } else if (prediction instanceof Prediction.DepthMap depth) {
                double share = (depth.values()[i] - range[0]) / Math.max(range[1] - range[0], 1e-12);
                color = map.rgb(depth.task().isInverse() ? share : 1 - share);
            } else {
                float probability = values(prediction)[i];
                color = map.rgb(probability);
                opacity *= Math.min(1, 2 * probability);
            }
            for (int channel = 0; channel < 3; channel++) {
                int over = color >> (16 - 8 * channel) & 0xFF;
                int under = overlay ? image.rgb()[3 * i + channel] & 0xFF : 0;
                rgb[3 * i + channel] = (byte) (overlay ? Math.round(under + (over - under) * opacity) : over);
            }
        }
        return rgb;
    }

    private static float[] range(float[] values) {
        float[] range = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (float value : values) {
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
        return range;
    }

    private static byte[] json(Prediction prediction, EncodingOptions options) {
        Map<String, Object> json = new LinkedHashMap<>();
        int height = prediction.height();
        int width = prediction.width();
        json.put("height", height);
        json.put("width", width);
        if (prediction instanceof Prediction.LabelMap map) {
            RunLengths[] masks =
                    RunLengths.ofClasses(height, width, map.ids(), map.classes().size());
            List<Object> classes = new ArrayList<>();
            for (int id = 0; id < masks.length; id++) {
                if (masks[id] != null) {
                    LabelClass labelled = map.classes().get(id);
                    classes.add(Map.of(
                            "id", id,
                            "name", labelled.name(),
                            "color", labelled.color(),
                            "pixels", masks[id].pixels(),
                            "rle", rle(height, width, masks[id])));
                }
            }
            json.put("classes", classes);
        } else if (prediction instanceof Prediction.NormalMap map) {
            double[] sum = new double[3];
            for (int i = 0; i < map.values().length; i++) {
                sum[i % 3] += map.values()[i];
            }
            int pixels = height * width;
            json.put("axes", map.task().axes());
            json.put("mean", List.of(sum[0] / pixels, sum[1] / pixels, sum[2] / pixels));
            json.put("png", Base64.getEncoder().encodeToString(png(prediction, options)));
        } else {
            float[] values = values(prediction);
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            json.put("min", range(values)[0]);
            json.put("max", range(values)[1]);
            json.put("mean", sum / values.length);
            if (prediction instanceof Prediction.DepthMap map) {
                json.put("quantity", map.task().quantity().id());
                map.task().scale().ifPresent(scale -> {
                    json.put("unit", scale.unit());
                    json.put("scale", scale.pngScale());
                });
                json.put("png", Base64.getEncoder().encodeToString(png(prediction, options)));
            } else {
                byte[] over = new byte[values.length];
                for (int i = 0; i < over.length; i++) {
                    over[i] = (byte) (values[i] >= (float) options.threshold() ? 1 : 0);
                }
                RunLengths mask = RunLengths.ofClasses(height, width, over, 2)[1];
                mask = mask == null ? new RunLengths() : mask;
                json.put("threshold", options.threshold());
                json.put("pixels", mask.pixels());
                json.put("rle", rle(height, width, mask));
            }
        }
        return StrictJson.write(json).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> rle(int height, int width, RunLengths mask) {
        String counts = new String(mask.finish(height * width).toBytes(), StandardCharsets.US_ASCII);
        return Map.of("size", List.of(height, width), "counts", counts);
    }
}
