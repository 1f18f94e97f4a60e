package dev.facet.trainer.sample;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Views of one step. Arrays are owned by the holder.
 *
 * @param ids names of the images
 * @param height rows of a view
 * @param width columns of a view
 * @param images {@code N·3·height·width} normalised values, NCHW
 * @param labels by task kind: {@code N·C·height·width} values as {@link Labels} says, NCHW
 * @param weights {@code N·height·width} weights of pixels, 0 … 1; empty: all count the same
 */
public record Batch(
        List<String> ids,
        int height,
        int width,
        float[] images,
        Map<String, float[]> labels,
        Optional<float[]> weights) {
    /** Views whose pixels all count the same. */
    public Batch(List<String> ids, int height, int width, float[] images, Map<String, float[]> labels) {
        this(ids, height, width, images, labels, Optional.empty());
    }

    public int size() {
        return ids.size();
    }

    /** The labels of a kind. */
    public float[] labels(String kind) {
        float[] values = labels.get(kind);
        if (values == null) {
            throw new IllegalArgumentException(
                    "no labels of that kind: value='%s', expected=%s".formatted(kind, labels.keySet()));
        }
        return values;
    }
}
