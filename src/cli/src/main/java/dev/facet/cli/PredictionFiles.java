package dev.facet.cli;

import dev.facet.core.image.PngWriter;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.core.tensor.Shape;
import dev.facet.evaluation.mat.MatWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes predictions as the method's reference does, for other programs to score: {@code ID_encoded.png} (class ids) and
 * {@code ID_decoded.png} (their colours), {@code ID.png} of edges and saliency (⌊255·p + ½⌋) and of normals (⌊255·(n + 1)/2 +
 * ½⌋), {@code ID.mat} of distances (variable {@code depth}). Inverse depth, which the reference hasn't, is {@code ID.npy}.
 */
final class PredictionFiles {
    private PredictionFiles() {}

    static void write(Path folder, String id, Prediction prediction) throws IOException {
        int height = prediction.height();
        int width = prediction.width();
        Path png = folder.resolve(id + ".png");
        if (prediction instanceof Prediction.LabelMap map) {
            Files.write(folder.resolve(id + "_encoded.png"), PngWriter.grey8(height, width, map.ids(), Map.of()));
            byte[] rgb = colors(map.ids(), map.classes());
            Files.write(folder.resolve(id + "_decoded.png"), PngWriter.rgb8(height, width, rgb, Map.of()));
        } else if (prediction instanceof Prediction.DepthMap map && map.task().isInverse()) {
            Files.write(folder.resolve(id + ".npy"), NpyWriter.floats(new Shape(height, width), map.values()));
        } else if (prediction instanceof Prediction.DepthMap map) {
            Files.write(folder.resolve(id + ".mat"), MatWriter.singles("depth", height, width, map.values()));
        } else if (prediction instanceof Prediction.NormalMap map) {
            byte[] rgb = new byte[map.values().length];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = level((map.values()[i] + 1) * 127.5f);
            }
            Files.write(png, PngWriter.rgb8(height, width, rgb, Map.of()));
        } else if (prediction instanceof Prediction.ProbabilityMap map) {
            byte[] grey = new byte[map.values().length];
            for (int i = 0; i < grey.length; i++) {
                grey[i] = level(map.values()[i] * 255f);
            }
            Files.write(png, PngWriter.grey8(height, width, grey, Map.of()));
        }
    }

    private static byte[] colors(byte[] ids, List<LabelClass> classes) {
        byte[] rgb = new byte[ids.length * 3];
        for (int i = 0; i < ids.length; i++) {
            int color = classes.get(ids[i] & 0xFF).rgb();
            rgb[3 * i] = (byte) (color >> 16);
            rgb[3 * i + 1] = (byte) (color >> 8);
            rgb[3 * i + 2] = (byte) color;
        }
        return rgb;
    }

    private static byte level(float value) {
        return (byte) (int) (Math.min(Math.max(value, 0f), 255f) + 0.5f);
    }
}
