package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One image of a data set with its labels, all of one size.
 *
 * @param id name of the image in its data set
 * @param labels by task kind, in the order in which the kinds were asked for; at least one
 * @param weights how much each pixel counts in training, {@code height·width} values 0 … 255, unsigned; empty: all the same
 */
public record Sample(String id, Raster image, Map<String, Label> labels, Optional<byte[]> weights) {
    public Sample {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** One whose pixels all count the same. */
    public Sample(String id, Raster image, Map<String, Label> labels) {
        this(id, image, labels, Optional.empty());
    }

    /** The label of a kind. */
    public Label label(String kind) {
        Label label = labels.get(kind);
        if (label == null) {
            throw new IllegalArgumentException(
                    "no label of that kind: value='%s', expected=%s [image=%s]".formatted(kind, labels.keySet(), id));
        }
        return label;
    }
}
