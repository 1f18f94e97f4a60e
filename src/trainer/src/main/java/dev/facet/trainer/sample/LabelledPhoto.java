package dev.facet.trainer.sample;

import dev.facet.core.image.Raster;
import java.util.Map;

/**
 * A photo with its labels at the same size.
 *
 * @param id name in the data set
 * @param photo decoded photo
 * @param labels by task kind
 */
public record LabelledPhoto(String id, Raster photo, Map<String, LabelPlane> labels) {
    public LabelledPhoto {
        labels = Map.copyOf(labels);
        labels.forEach((kind, plane) -> {
            int values = plane instanceof LabelPlane.Measures measures
                    ? measures.values().length
                    : ((LabelPlane.Ids) plane).values().length;
            if (values != photo.height() * photo.width() * plane.channels()) {
                throw new IllegalArgumentException("labels do not fit: kind=%s, values=%d, photo=%d×%d [image=%s]"
                        .formatted(kind, values, photo.height(), photo.width(), id));
            }
        });
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

    /** What it takes in memory. */
    public long sizeBytes() {
        return photo.rgb().length
                + labels.values().stream().mapToLong(LabelPlane::sizeBytes).sum();
    }
}
