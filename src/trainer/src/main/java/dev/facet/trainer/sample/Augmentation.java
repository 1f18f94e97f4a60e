package dev.facet.trainer.sample;

import dev.facet.core.image.Normalization;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import java.util.SplittableRandom;

/**
 * Random views of a photo: scale, centred padding, crop, flip, colour; in this order. Photos are interpolated bilinearly,
 * labels by the nearest sample. Thread-safe.
 */
final class Augmentation {
    private final AugmentationSettings settings;
    private final TaskKind kind;
    private final float[] factor = new float[3];
    private final float[] offset = new float[3];

    Augmentation(AugmentationSettings settings, TaskKind kind, Normalization normalization) {
        this.settings = settings;
        this.kind = kind;
        for (int c = 0; c < 3; c++) {
            factor[c] = 1f / (255f * normalization.std().get(c));
            offset[c] = -normalization.mean().get(c) / normalization.std().get(c);
        }
    }

    /** Writes one view into place {@code index} of a batch. */
    void apply(LabelledPhoto photo, SplittableRandom random, float[] images, float[] labels, int index) {
        View view = View.draw(photo, settings, random);
        Colour colour = Colour.draw(settings, random);
        int area = settings.cropHeight() * settings.cropWidth();
        writeImage(photo, view, colour, images, index * 3 * area);
        writeLabels(photo, view, labels, index * Labels.channels(kind) * area);
    }

    private void writeImage(LabelledPhoto photo, View view, Colour colour, float[] images, int base) {
        int height = settings.cropHeight();
        int width = settings.cropWidth();
        int area = height * width;
        byte[] rgb = photo.photo().rgb();
        int sourceWidth = photo.photo().width();
        float grey = colour.needsGrey() ? meanGrey(rgb) : 0;
        float[] pixel = new float[3];
        for (int y = 0; y < height; y++) {
            float sy = view.sourceY(y);
            if (Float.isNaN(sy)) {
                continue;
            }
            int y0 = (int) sy;
            int y1 = Math.min(y0 + 1, photo.photo().height() - 1);
            float fy = sy - y0;
            for (int x = 0; x < width; x++) {
                float sx = view.sourceX(x);
                if (Float.isNaN(sx)) {
                    continue;
                }
                int x0 = (int) sx;
                int x1 = Math.min(x0 + 1, sourceWidth - 1);
                float fx = sx - x0;
                int a = (y0 * sourceWidth + x0) * 3;
                int b = (y0 * sourceWidth + x1) * 3;
                int c = (y1 * sourceWidth + x0) * 3;
                int d = (y1 * sourceWidth + x1) * 3;
                for (int k = 0; k < 3; k++) {
                    float top = (rgb[a + k] & 0xFF) * (1 - fx) + (rgb[b + k] & 0xFF) * fx;
                    float bottom = (rgb[c + k] & 0xFF) * (1 - fx) + (rgb[d + k] & 0xFF) * fx;
                    pixel[k] = top * (1 - fy) + bottom * fy;
                }
                colour.apply(pixel, grey);
                int to = base + y * width + x;
                for (int k = 0; k < 3; k++) {
                    images[to + k * area] = pixel[k] * factor[k] + offset[k];
                }
            }
        }
    }

    private void writeLabels(LabelledPhoto photo, View view, float[] labels, int base) {
        int height = settings.cropHeight();
        int width = settings.cropWidth();
        int channels = Labels.channels(kind);
        int sourceWidth = photo.photo().width();
        float outside = Labels.outside(kind);
        float depthFactor = kind instanceof Depth ? 1 / view.scale() : 1;
        float[] source = photo.labels();
        for (int y = 0; y < height; y++) {
            int sy = view.nearestY(y);
            for (int x = 0; x < width; x++) {
                int sx = view.nearestX(x);
                for (int c = 0; c < channels; c++) {
                    float value =
                            sy < 0 || sx < 0 ? outside : source[(sy * sourceWidth + sx) * channels + c] * depthFactor;
                    boolean mirrored = kind instanceof Normals && c == 0 && view.flipped();
                    labels[base + (c * height + y) * width + x] = mirrored ? -value : value;
                }
            }
        }
    }

    private static float meanGrey(byte[] rgb) {
        long sum = 0;
        for (byte value : rgb) {
            sum += value & 0xFF;
        }
        return (float) sum / rgb.length;
    }
}
