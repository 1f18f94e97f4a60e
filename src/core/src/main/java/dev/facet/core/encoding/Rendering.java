package dev.facet.core.encoding;

import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.Raster;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.util.List;

/** Predictions as RGB pictures for people, band by band. */
final class Rendering {
    private final AnswerForm form;
    private final Raster image;
    private final ColorMap map;
    private final int[] palette;
    private final boolean[] background = new boolean[256];
    private final Statistics range;

    /**
     * @param height rows of the prediction
     * @param width columns of the prediction
     * @param image of the prediction's size; null where the form is no overlay
     * @param range of the values, where the kind is depth
     */
    Rendering(TaskKind task, int height, int width, AnswerForm form, Raster image, Statistics range) {
        this.form = form;
        this.image = image;
        this.range = range;
        if (form.isOverlay()) {
            if (image == null || image.height() != height || image.width() != width) {
                throw new IllegalArgumentException("an overlay needs the image of the prediction");
            }
            this.map = task instanceof Depth ? ColorMap.TURBO : ColorMap.MAGMA;
        } else {
            this.map = form.options().render() == Render.MAGMA ? ColorMap.MAGMA : ColorMap.TURBO;
        }
        this.palette = task instanceof ClassKind kind ? palette(kind.classes()) : new int[0];
        if (task instanceof ClassKind kind) {
            for (int id = 0; id < palette.length; id++) {
                background[id] = kind.classes().get(id).name().equals("background");
            }
        }
    }

    /** Colours of depth span from the nearest to the farthest: the whole map is looked through first. */
    static Statistics range(TaskKind task, Bands bands, AnswerForm form) {
        Statistics range = new Statistics();
        if (needsRange(task, form)) {
            bands.forEach((first, band) -> range.add(((Prediction.DepthMap) band).values()));
        }
        return range;
    }

    static boolean needsRange(TaskKind task, AnswerForm form) {
        return form.isRendered() && task instanceof Depth;
    }

    /** The band that begins at row {@code first}: R G B interleaved. */
    byte[] rgb(int first, Prediction band) {
        int[] colors = colors(band);
        return form.isOverlay() ? overlay(first, band, colors) : rgb(colors);
    }

    /** 0xRRGGBB per pixel. */
    private int[] colors(Prediction prediction) {
        int[] colors = new int[prediction.height() * prediction.width()];
        if (prediction instanceof Prediction.LabelMap labels) {
            for (int i = 0; i < colors.length; i++) {
                colors[i] = palette[labels.ids()[i] & 0xFF];
            }
        } else if (prediction instanceof Prediction.NormalMap normals) {
            for (int i = 0; i < colors.length; i++) {
                for (int axis = 0; axis < 3; axis++) {
                    colors[i] = colors[i] << 8 | Quantization.normal8(normals.values()[3 * i + axis]);
                }
            }
        } else if (prediction instanceof Prediction.DepthMap depth) {
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
    private byte[] overlay(int first, Prediction prediction, int[] colors) {
        byte[] rgb = new byte[colors.length * 3];
        int under = first * image.width() * 3;
        for (int i = 0; i < colors.length; i++) {
            double opacity = form.options().alpha();
            if (prediction instanceof Prediction.ProbabilityMap probability) {
                opacity = opacity * Math.min(1, 2 * probability.values()[i]);
            } else if (prediction instanceof Prediction.LabelMap labels && background[labels.ids()[i] & 0xFF]) {
                opacity = 0;
            }
            for (int channel = 0; channel < 3; channel++) {
                int from = image.rgb()[under + 3 * i + channel] & 0xFF;
                int over = colors[i] >> (16 - 8 * channel) & 0xFF;
                rgb[3 * i + channel] = (byte) Math.round(from + (over - from) * opacity);
            }
        }
        return rgb;
    }

    private static byte[] rgb(int[] colors) {
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
