package dev.facet.trainer.sample;

import dev.facet.core.image.Normalization;
import java.util.SplittableRandom;

/**
 * Random views of an image in the reference's order: scale, centred padding, crop, flip, truncation to 8 bits; then colour,
 * which is ours, and normalisation. Images, depth and normals are interpolated bilinearly (half-pixel centres, no
 * antialiasing); class ids, edges and saliency take the sample ⌊i·in/out⌋. Depth is divided by the scale, mirrored normals
 * look the other way and are not brought back to unit length. Padding is (123, 116, 103) in images, 255 in class ids, edges
 * and saliency, 0 in depth and normals. One view serves the image and all its labels. Thread-safe.
 */
final class Augmentation {
    private static final int[] PADDING = {123, 116, 103};

    private final AugmentationSettings settings;
    private final Normalization normalization;
    /** Normalised values by channel and 8-bit value. */
    private final float[][] normalised = new float[3][256];

    Augmentation(AugmentationSettings settings, Normalization normalization) {
        this.settings = settings;
        this.normalization = normalization;
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                normalised[channel][value] = normalised(channel, value);
            }
        }
    }

    private float normalised(int channel, float value) {
        return (value / 255f - normalization.mean().get(channel))
                / normalization.std().get(channel);
    }

    /** Writes one view into place {@code index} of a batch. */
    void apply(LabelledImage image, SplittableRandom random, Batch batch, int index) {
        View view = View.draw(image.image().height(), image.image().width(), settings, random);
        Colour colour = Colour.draw(settings, random);
        int area = settings.cropHeight() * settings.cropWidth();
        writeImage(image, view, colour, batch.images(), index * 3 * area);
        batch.labels().forEach((kind, values) -> {
            LabelPlane plane = image.plane(kind);
            int base = index * plane.channels() * area;
            if (plane instanceof LabelPlane.Ids ids) {
                writeIds(ids, image.image().width(), view, values, base);
            } else if (plane instanceof LabelPlane.Measures measures) {
                writeMeasures(measures, image.image().width(), view, values, base);
            }
        });
        if (batch.weights().isPresent() && image.weights().isPresent()) {
            float[] values = batch.weights().get();
            writeIds(image.weights().get(), image.image().width(), view, values, index * area);
            for (int i = index * area; i < (index + 1) * area; i++) {
                values[i] /= Labels.FULL_WEIGHT;
            }
        }
    }

    private void writeImage(LabelledImage image, View view, Colour colour, float[] images, int base) {
        int height = settings.cropHeight();
        int width = settings.cropWidth();
        int area = height * width;
        byte[] rgb = image.image().rgb();
        int stride = image.image().width() * 3;
        boolean coloured = colour.changes();
        float grey = coloured ? meanGrey(rgb) : 0;
        float[] pixel = new float[3];
        Axis rows = view.rows();
        Axis columns = view.columns();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int to = base + y * width + x;
                if (rows.low()[y] < 0 || columns.low()[x] < 0) {
                    for (int channel = 0; channel < 3; channel++) {
                        images[to + channel * area] = normalised[channel][PADDING[channel]];
                    }
                    continue;
                }
                int a = rows.low()[y] * stride + columns.low()[x] * 3;
                int b = rows.low()[y] * stride + columns.high()[x] * 3;
                int c = rows.high()[y] * stride + columns.low()[x] * 3;
                int d = rows.high()[y] * stride + columns.high()[x] * 3;
                float fy = rows.fraction()[y];
                float fx = columns.fraction()[x];
                for (int channel = 0; channel < 3; channel++) {
                    float upper = between(rgb[a + channel] & 0xFF, rgb[b + channel] & 0xFF, fx);
                    float lower = between(rgb[c + channel] & 0xFF, rgb[d + channel] & 0xFF, fx);
                    int value = (int) between(upper, lower, fy);
                    pixel[channel] = value;
                    images[to + channel * area] = normalised[channel][value];
                }
                if (coloured) {
                    colour.apply(pixel, grey);
                    for (int channel = 0; channel < 3; channel++) {
                        images[to + channel * area] = normalised(channel, pixel[channel]);
                    }
                }
            }
        }
    }

    private void writeIds(LabelPlane.Ids plane, int imageWidth, View view, float[] labels, int base) {
        int to = base;
        for (int row : view.rows().nearest()) {
            for (int column : view.columns().nearest()) {
                labels[to++] =
                        row < 0 || column < 0 ? Labels.IGNORED : plane.values()[row * imageWidth + column] & 0xFF;
            }
        }
    }

    private void writeMeasures(LabelPlane.Measures plane, int imageWidth, View view, float[] labels, int base) {
        int height = settings.cropHeight();
        int width = settings.cropWidth();
        int area = height * width;
        int channels = plane.channels();
        float[] values = plane.values();
        Axis rows = view.rows();
        Axis columns = view.columns();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (rows.low()[y] < 0 || columns.low()[x] < 0) {
                    continue;
                }
                int a = (rows.low()[y] * imageWidth + columns.low()[x]) * channels;
                int b = (rows.low()[y] * imageWidth + columns.high()[x]) * channels;
                int c = (rows.high()[y] * imageWidth + columns.low()[x]) * channels;
                int d = (rows.high()[y] * imageWidth + columns.high()[x]) * channels;
                float fy = rows.fraction()[y];
                float fx = columns.fraction()[x];
                boolean touches = plane.holes()
                        && (isUnknown(plane, a)
                                || fx > 0 && isUnknown(plane, b)
                                || fy > 0 && isUnknown(plane, c)
                                || fx > 0 && fy > 0 && isUnknown(plane, d));
                int closest = touches ? (rows.closer(y) * imageWidth + columns.closer(x)) * channels : 0;
                for (int channel = 0; channel < channels; channel++) {
                    float upper = between(values[a + channel], values[b + channel], fx);
                    float lower = between(values[c + channel], values[d + channel], fx);
                    float value = touches ? values[closest + channel] : between(upper, lower, fy);
                    if (channels == 1) {
                        value /= view.scale();
                    } else if (channel == 0 && view.flipped()) {
                        value = -value;
                    }
                    labels[base + channel * area + y * width + x] = value;
                }
            }
        }
    }

    /** Rounded as OpenCV's builds for x86 round it, so that the cut to 8 bits comes out the same. */
    private static float between(float first, float second, float fraction) {
        return Math.fma(second - first, fraction, first);
    }

    private static boolean isUnknown(LabelPlane.Measures plane, int at) {
        for (int channel = 0; channel < plane.channels(); channel++) {
            if (plane.values()[at + channel] != 0) {
                return false;
            }
        }
        return true;
    }

    private static float meanGrey(byte[] rgb) {
        long sum = 0;
        for (byte value : rgb) {
            sum += value & 0xFF;
        }
        return (float) sum / rgb.length;
    }
}
