package dev.facet.trainer.sample;

import dev.facet.core.image.Raster;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * An image with its labels at the same size.
 *
 * @param id name in the data set
 * @param image decoded image
 * @param labels by task kind
 * @param weights how much each pixel counts, 0 … 255; empty: all the same
 */
public record LabelledImage(String id, Raster image, Map<String, LabelPlane> labels, Optional<LabelPlane.Ids> weights) {
    public LabelledImage {
        labels = Map.copyOf(labels);
        labels.forEach((kind, plane) -> {
            int values = plane instanceof LabelPlane.Measures measures
                    ? measures.values().length
                    : ((LabelPlane.Ids) plane).values().length;
            if (values != image.height() * image.width() * plane.channels()) {
                throw new IllegalArgumentException("labels do not fit: kind=%s, values=%d, image=%d×%d [image=%s]"
                        .formatted(kind, values, image.height(), image.width(), id));
            }
        });
    }

    /** An image whose pixels all count the same. */
    public LabelledImage(String id, Raster image, Map<String, LabelPlane> labels) {
        this(id, image, labels, Optional.empty());
    }

    /** The labels of a kind. */
    public LabelPlane plane(String kind) {
        LabelPlane plane = labels.get(kind);
        if (plane == null) {
            throw new IllegalArgumentException(
                    "no labels of that kind: value='%s', expected=%s [image=%s]".formatted(kind, labels.keySet(), id));
        }
        return plane;
    }

    /**
     * The labels of a kind for the image in the upper left corner of a larger picture.
     *
     * @return {@code channels·newHeight·newWidth} values as losses take them, CHW; what lies outside of the image is unknown
     */
    public float[] padded(String kind, int newHeight, int newWidth) {
        return padded(plane(kind), newHeight, newWidth);
    }

    /** The weights of pixels alike, {@code newHeight·newWidth} values 0 … 1; empty where all are the same. */
    public Optional<float[]> paddedWeights(int newHeight, int newWidth) {
        return weights.map(plane -> {
            float[] values = padded(plane, newHeight, newWidth);
            for (int i = 0; i < values.length; i++) {
                values[i] /= Labels.FULL_WEIGHT;
            }
            return values;
        });
    }

    private float[] padded(LabelPlane plane, int newHeight, int newWidth) {
        float[] values = plane.toFloats();
        int channels = plane.channels();
        float[] result = new float[channels * newHeight * newWidth];
        Arrays.fill(result, plane instanceof LabelPlane.Measures ? 0 : Labels.IGNORED);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    result[(channel * newHeight + y) * newWidth + x] =
                            values[(y * image.width() + x) * channels + channel];
                }
            }
        }
        return result;
    }

    /** What it takes in memory. */
    public long sizeBytes() {
        return image.rgb().length
                + weights.map(LabelPlane::sizeBytes).orElse(0L)
                + labels.values().stream().mapToLong(LabelPlane::sizeBytes).sum();
    }
}
