package dev.facet.core.encoding;

import dev.facet.core.image.Raster;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import java.util.List;

/** Predictions as RGB pictures for people. */
final class Rendering {
    private Rendering() {}

    /** Colours of a prediction, 0xRRGGBB per pixel. */
    static int[] colors(Prediction prediction, ColorMap map) {
        int[] colors = new int[prediction.height() * prediction.width()];
        if (prediction instanceof Prediction.LabelMap labels) {
            int[] palette = palette(labels.classes());
            for (int i = 0; i < colors.length; i++) {
                colors[i] = palette[labels.ids()[i] & 0xFF];
            }
        } else if (prediction instanceof Prediction.NormalMap normals) {
            for (int i = 0; i < colors.length; i++) {
                for (int axis = 0; axis < 3; axis++) {
                    colors[i] = colors[i] << 8 | Samples.normal8(normals.values()[3 * i + axis]);
                }
            }
        } else if (prediction instanceof Prediction.DepthMap depth) {
            Statistics range = Statistics.of(depth.values());
            double span = Math.max(range.max() - range.min(), 1e-12);
            for (int i = 0; i < colors.length; i++) {
                colors[i] = map.rgb(1 - (depth.values()[i] - range.min()) / span);
            }
        } else if (prediction instanceof Prediction.ProbabilityMap probability) {
            for (int i = 0; i < colors.length; i++) {
                colors[i] = map.rgb(probability.values()[i]);
            }
        }
        return colors;
    }

    /**
     * The prediction's colours over the image; probabilities are more opaque where they are higher, and a class that is called
     * background leaves the image as it is.
     */
    static byte[] overlay(Prediction prediction, Raster image, double alpha) {
        if (image == null || image.height() != prediction.height() || image.width() != prediction.width()) {
            throw new IllegalArgumentException("an overlay needs the image of the prediction");
        }
        int[] colors = colors(prediction, prediction instanceof Prediction.DepthMap ? ColorMap.TURBO : ColorMap.MAGMA);
        byte[] rgb = new byte[colors.length * 3];
        boolean[] background = prediction instanceof Prediction.LabelMap labels ? background(labels) : new boolean[0];
        for (int i = 0; i < colors.length; i++) {
            double opacity = alpha;
            if (prediction instanceof Prediction.ProbabilityMap probability) {
                opacity = alpha * Math.min(1, 2 * probability.values()[i]);
            } else if (prediction instanceof Prediction.LabelMap labels && background[labels.ids()[i] & 0xFF]) {
                opacity = 0;
            }
            for (int channel = 0; channel < 3; channel++) {
                int under = image.rgb()[3 * i + channel] & 0xFF;
                int over = colors[i] >> (16 - 8 * channel) & 0xFF;
                rgb[3 * i + channel] = (byte) Math.round(under + (over - under) * opacity);
            }
        }
        return rgb;
    }

    private static boolean[] background(Prediction.LabelMap labels) {
        boolean[] background = new boolean[256];
        for (int id = 0; id < labels.classes().size(); id++) {
            background[id] = labels.classes().get(id).name().equals("background");
        }
        return background;
    }

    static byte[] rgb(int[] colors) {
        byte[] rgb = new byte[colors.length * 3];
        for (int i = 0; i < colors.length; i++) {
            rgb[3 * i] = (byte) (colors[i] >> 16);
            rgb[3 * i + 1] = (byte) (colors[i] >> 8);
            rgb[3 * i + 2] = (byte) colors[i];
        }
        return rgb;
    }

    static int[] palette(List<LabelClass> classes) {
        return classes.stream().mapToInt(LabelClass::rgb).toArray();
    }
}
