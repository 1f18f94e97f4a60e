package dev.facet.core.encoding;

import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.Raster;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.util.Arrays;

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
        this.palette = task instanceof ClassKind kind ? palette(kind, form.options()) : new int[0];
        if (task instanceof ClassKind kind) {
            for (int id = 0; id < kind.classes().size(); id++) {
                background[id] = kind.classes().get(id).name().equals("background");
            }
            background[ClassKind.UNKNOWN] = true;
        }
    }

    /**
     * The range of a whole map, which is looked through first: colours of depth span from the nearest to the farthest, and so do
     * the 16 bits of inverse depth.
     */
    static Statistics range(TaskKind task, Bands bands, AnswerForm form) {
        Statistics range = new Statistics();
        if (needsRange(task, form)) {
            bands.forEach((first, band) -> range.add(((Prediction.DepthMap) band).values()));
        }
        return range;
    }

    static boolean needsRange(TaskKind task, AnswerForm form) {
        return task instanceof Depth depth
                && (form.isRendered() || form.representation() == Representation.PNG && depth.isInverse());
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
            boolean nearIsLarge = depth.task().isInverse();
            for (int i = 0; i < colors.length; i++) {
                double share = (depth.values()[i] - range.min()) / span;
                colors[i] = map.rgb(nearIsLarge ? share : 1 - share);
            }
        } else if (prediction instanceof Prediction.ProbabilityMap probability) {
            for (int i = 0; i < colors.length; i++) {
                colors[i] = map.rgb(probability.values()[i]);
            }
        }
        return colors;
    }

    /**
     * The prediction's colours over the image; probabilities are more opaque where they are higher. A class that is called
     * background, and unknown pixels, leave the image as it is.
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

    /** The colours of the classes by id; where pixels may be unknown, up to their id. */
    static int[] palette(ClassKind kind, EncodingOptions options) {
        int[] colors = kind.classes().stream().mapToInt(LabelClass::rgb).toArray();
        if (!options.hasUnknown()) {
            return colors;
        }
        int[] all = Arrays.copyOf(colors, ClassKind.UNKNOWN + 1);
        all[ClassKind.UNKNOWN] = ClassKind.UNKNOWN_CLASS.rgb();
        return all;
    }
}
