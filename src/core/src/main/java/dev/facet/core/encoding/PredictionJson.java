package dev.facet.core.encoding;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.facet.core.image.PngBuilder;
import dev.facet.core.json.StrictJson;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions as JSON: figures, masks as COCO run lengths (column by column), pictures in base64. */
final class PredictionJson {
    private PredictionJson() {}

    static Content write(TaskKind task, Bands bands, EncodingOptions options) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("height", bands.height());
        json.put("width", bands.width());
        if (task instanceof ClassKind kind) {
            if (options.hasUnknown()) {
                json.put("unknown", options.unknown());
            }
            json.put("classes", classes(kind, bands, options));
        } else if (task instanceof Depth depth) {
            depth(depth, bands, options, json);
        } else if (task instanceof Normals normals) {
            normals(normals, bands, options, json);
        } else {
            probabilities(bands, options, json);
        }
        bands.cancellation().check();
        ChunkedOutput out = new ChunkedOutput();
        StrictJson.write(json, out);
        return out.finish();
    }

    private static List<Map<String, Object>> classes(ClassKind kind, Bands bands, EncodingOptions options) {
        byte[] ids = new byte[Math.multiplyExact(bands.height(), bands.width())];
        bands.forEach((first, band) -> {
            byte[] part = ((Prediction.LabelMap) band).ids();
            System.arraycopy(part, 0, ids, first * bands.width(), part.length);
        });
        bands.cancellation().check();
        int count =
                options.hasUnknown() ? ClassKind.UNKNOWN + 1 : kind.classes().size();
        RunLengths[] masks = RunLengths.ofClasses(bands.height(), bands.width(), ids, count);
        List<Map<String, Object>> classes = new ArrayList<>();
        for (int id = 0; id < masks.length; id++) {
            if (masks[id] != null) {
                LabelClass labelled =
                        id < kind.classes().size() ? kind.classes().get(id) : ClassKind.UNKNOWN_CLASS;
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("id", id);
                entry.put("name", labelled.name());
                entry.put("color", labelled.color());
                entry.put("pixels", masks[id].pixels());
                entry.put("rle", rle(bands, masks[id]));
                classes.add(entry);
            }
        }
        return classes;
    }

    private static Map<String, Object> rle(Bands bands, RunLengths mask) {
        Map<String, Object> rle = new LinkedHashMap<>();
        rle.put("size", List.of(bands.height(), bands.width()));
        rle.put("counts", new Text(mask.finish(bands.height() * bands.width())));
        return rle;
    }

    private static void depth(Depth depth, Bands bands, EncodingOptions options, Map<String, Object> json) {
        Statistics statistics = new Statistics();
        if (depth.isInverse()) {
            // The samples of its picture span the range, so it is looked for first.
            bands.forEach((first, band) -> statistics.add(((Prediction.DepthMap) band).values()));
        }
        try (PngBuilder png = Pictures.values(depth, options, bands.height(), bands.width(), statistics)) {
            bands.forEach((first, band) -> {
                if (!depth.isInverse()) {
                    statistics.add(((Prediction.DepthMap) band).values());
                }
                png.add(Pictures.samples(band, options, statistics));
            });
            json.put("png", new Base64(new StoredContent(png.finish())));
        }
        json.put("quantity", depth.quantity().id());
        depth.scale().ifPresent(scale -> {
            json.put("unit", scale.unit());
            json.put("scale", scale.pngScale());
        });
        figures(statistics, json);
    }

    private static void normals(Normals normals, Bands bands, EncodingOptions options, Map<String, Object> json) {
        double[] sum = new double[3];
        Statistics none = new Statistics();
        try (PngBuilder png = Pictures.values(normals, options, bands.height(), bands.width(), none)) {
            bands.forEach((first, band) -> {
                float[] values = ((Prediction.NormalMap) band).values();
                for (int i = 0; i < values.length; i += 3) {
                    sum[0] += values[i];
                    sum[1] += values[i + 1];
                    sum[2] += values[i + 2];
                }
                png.add(Pictures.samples(band, options, none));
            });
            json.put("png", new Base64(new StoredContent(png.finish())));
        }
        int pixels = bands.height() * bands.width();
        json.put("axes", normals.axes());
        json.put("mean", List.of(sum[0] / pixels, sum[1] / pixels, sum[2] / pixels));
    }

    private static void probabilities(Bands bands, EncodingOptions options, Map<String, Object> json) {
        float threshold = (float) options.threshold();
        Statistics statistics = new Statistics();
        byte[] over = new byte[Math.multiplyExact(bands.height(), bands.width())];
        bands.forEach((first, band) -> {
            float[] values = ((Prediction.ProbabilityMap) band).values();
            statistics.add(values);
            int to = first * bands.width();
            for (float value : values) {
                over[to++] = (byte) (value >= threshold ? 1 : 0);
            }
        });
        bands.cancellation().check();
        RunLengths mask = RunLengths.ofClasses(bands.height(), bands.width(), over, 2)[1];
        RunLengths counted = mask == null ? new RunLengths() : mask;
        figures(statistics, json);
        json.put("threshold", options.threshold());
        json.put("pixels", counted.pixels());
        json.put("rle", rle(bands, counted));
    }

    private static void figures(Statistics statistics, Map<String, Object> json) {
        json.put("min", statistics.min());
        json.put("max", statistics.max());
        json.put("mean", statistics.mean());
    }

    /** ASCII, as a JSON string that is never whole in memory. */
    private static final class Text extends Streamed {
        Text(Content content) {
            super(content);
        }

        @Override
        public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(new InputStreamReader(new ContentInput(content), StandardCharsets.US_ASCII), -1);
        }
    }

    /** Bytes, as base64 that is never whole in memory. */
    private static final class Base64 extends Streamed {
        Base64(Content content) {
            super(content);
        }

        @Override
        public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeBinary(
                    Base64Variants.MIME_NO_LINEFEEDS, new ContentInput(content), Math.toIntExact(content.length()));
        }
    }

    private abstract static class Streamed extends JsonSerializable.Base {
        final Content content;

        Streamed(Content content) {
            this.content = content;
        }

        @Override
        public final void serializeWithType(JsonGenerator json, SerializerProvider provider, TypeSerializer type)
                throws IOException {
            serialize(json, provider);
        }
    }
}
