package dev.facet.evaluation.report;

import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** A picture of image, prediction and truth beside each other, for people. Unknown truth is black. */
public final class SideBySide {
    private SideBySide() {}

    /** Writes the picture of an image as {@code ID.png}; without the image where there is none. */
    public static void write(Path folder, String id, Optional<Raster> image, Prediction prediction, Label label)
            throws IOException {
        Raster panel = of(image, prediction, label);
        byte[] png = PngWriter.rgb8(panel.height(), panel.width(), panel.rgb(), Map.of());
        Files.write(folder.resolve(id + ".png"), png);
    }

    /** The picture of an image; without the image where there is none. */
    public static Raster of(Optional<Raster> image, Prediction prediction, Label label) {
        IntUnaryOperator predicted;
        IntUnaryOperator truth;
        if (prediction instanceof Prediction.LabelMap map && label instanceof Label.ClassMap classes) {
            predicted = i -> color(map.classes(), map.ids()[i]);
            truth = i -> color(map.classes(), classes.ids()[i]);
        } else if (prediction instanceof Prediction.NormalMap map && label instanceof Label.NormalMap normals) {
            predicted = i -> direction(map.values(), i);
            truth = i -> direction(normals.vectors(), i);
        } else if (prediction instanceof Prediction.DepthMap map && label instanceof Label.DepthMap depth) {
            float farthest = farthest(depth.metres());
            predicted = i -> grey(255 - 225 * map.values()[i] / farthest);
            truth = i -> depth.metres()[i] == 0 ? 0 : grey(255 - 225 * depth.metres()[i] / farthest);
        } else if (prediction instanceof Prediction.ProbabilityMap map) {
            predicted = i -> grey(255 * map.values()[i]);
            byte[] values = label instanceof Label.EdgeMap edges ? edges.mean() : ((Label.SaliencyMap) label).values();
            truth = i -> grey(values[i] & 0xFF);
        } else {
            throw new IllegalStateException("prediction and label of two kinds (bug)");
        }
        List<IntUnaryOperator> parts = new ArrayList<>();
        image.map(Raster::rgb)
                .ifPresent(rgb -> parts.add(
                        i -> (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF));
        parts.add(predicted);
        parts.add(truth);
        return panel(label.height(), label.width(), parts);
    }

    private static Raster panel(int height, int width, List<IntUnaryOperator> parts) {
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3 * parts.size())];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (IntUnaryOperator part : parts) {
                for (int x = 0; x < width; x++) {
                    int color = part.applyAsInt(y * width + x);
                    rgb[to++] = (byte) (color >> 16);
                    rgb[to++] = (byte) (color >> 8);
                    rgb[to++] = (byte) color;
                }
            }
        }
        return new Raster(height, width * parts.size(), rgb);
    }

    private static int color(List<LabelClass> classes, byte id) {
        return (id & 0xFF) < classes.size() ? classes.get(id & 0xFF).rgb() : 0;
    }

    private static int direction(float[] vectors, int pixel) {
        float[] vector = Arrays.copyOfRange(vectors, pixel * 3, pixel * 3 + 3);
        if (vector[0] == 0 && vector[1] == 0 && vector[2] == 0) {
            return 0;
        }
        return level((vector[0] + 1) * 127.5f) << 16
                | level((vector[1] + 1) * 127.5f) << 8
                | level((vector[2] + 1) * 127.5f);
    }

    private static float farthest(float[] metres) {
        float farthest = 0.001f;
        for (float distance : metres) {
            farthest = Math.max(farthest, distance);
        }
        return farthest;
    }

    private static int grey(float value) {
        return level(value) * 0x010101;
    }

    private static int level(float value) {
        return Math.round(Math.min(Math.max(value, 0), 255));
    }
}
