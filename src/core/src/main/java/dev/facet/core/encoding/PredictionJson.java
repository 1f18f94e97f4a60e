package dev.facet.core.encoding;

import dev.facet.core.json.StrictJson;
import dev.facet.core.task.Prediction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions as JSON: figures, masks as COCO run lengths (column by column), pictures in base64. */
final class PredictionJson {
    private PredictionJson() {}

    static byte[] write(Prediction prediction, EncodingOptions options, byte[] png) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("height", prediction.height());
        json.put("width", prediction.width());
        if (prediction instanceof Prediction.LabelMap labels) {
            json.put("classes", classes(labels));
        } else if (prediction instanceof Prediction.DepthMap depth) {
            Statistics statistics = Statistics.of(depth.values());
            json.put("unit", depth.task().unit());
            json.put("scale", depth.task().pngScale());
            json.put("min", statistics.min());
            json.put("max", statistics.max());
            json.put("mean", statistics.mean());
            json.put("png", Base64.getEncoder().encodeToString(png));
        } else if (prediction instanceof Prediction.NormalMap normals) {
            json.put("axes", normals.task().axes());
            json.put("mean", meanNormal(normals));
            json.put("png", Base64.getEncoder().encodeToString(png));
        } else if (prediction instanceof Prediction.ProbabilityMap probability) {
            Statistics statistics = Statistics.of(probability.values());
            json.put("min", statistics.min());
            json.put("max", statistics.max());
            json.put("mean", statistics.mean());
            float threshold = (float) options.threshold();
            json.put("threshold", options.threshold());
            RunLengths mask = RunLengths.ofThreshold(probability.width(), probability.values(), threshold);
            json.put("pixels", mask.pixels());
            json.put("rle", rle(prediction, mask));
        }
        return StrictJson.write(json).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> rle(Prediction prediction, RunLengths mask) {
        Map<String, Object> rle = new LinkedHashMap<>();
        rle.put("size", List.of(prediction.height(), prediction.width()));
        rle.put("counts", mask.finish(prediction.height() * prediction.width()));
        return rle;
    }

    private static List<Map<String, Object>> classes(Prediction.LabelMap labels) {
        RunLengths[] masks = RunLengths.ofClasses(
                labels.height(), labels.width(), labels.ids(), labels.classes().size());
        List<Map<String, Object>> classes = new ArrayList<>();
        for (int id = 0; id < masks.length; id++) {
            if (masks[id] != null) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("id", id);
                entry.put("name", labels.classes().get(id).name());
                entry.put("color", labels.classes().get(id).color());
                entry.put("pixels", masks[id].pixels());
                entry.put("rle", rle(labels, masks[id]));
                classes.add(entry);
            }
        }
        return classes;
    }

    private static List<Double> meanNormal(Prediction.NormalMap normals) {
        double[] sum = new double[3];
        for (int i = 0; i < normals.values().length; i++) {
            sum[i % 3] += normals.values()[i];
        }
        int pixels = normals.values().length / 3;
        return List.of(sum[0] / pixels, sum[1] / pixels, sum[2] / pixels);
    }
}
