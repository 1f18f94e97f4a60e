package dev.facet.evaluation.dataset;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.LabelClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may be chosen about a folder in the plain layout.
 *
 * @param labels by task kind the folder of its labels, where that isn't the kind's own
 * @param classes the classes of segmentation and human parts, in place of those in {@code classes.txt}; none: as the folder says
 * @param images how much each image counts; images of weight 0 are left out
 * @param pixels how much each pixel counts
 * @param depth what labels of depth are for. For inverse depth their own folder is {@code inverse_depth}, or {@code depth} where
 *     there is that alone, and pictures of 8 bits are inverse depth, those of 16 bits distances
 * @param labelValues what the ids in labels of segmentation and human parts stand for
 */
public record PlainOptions(
        Map<String, String> labels,
        List<LabelClass> classes,
        Optional<Weighting> images,
        Optional<Weighting> pixels,
        DepthQuantity depth,
        LabelValues labelValues) {
    /** Every kind's own folder, its own classes, no weights. */
    public static final PlainOptions NONE = new PlainOptions(Map.of(), List.of(), Optional.empty(), Optional.empty());

    /** With distances for depth, and ids that are classes. */
    public PlainOptions(
            Map<String, String> labels,
            List<LabelClass> classes,
            Optional<Weighting> images,
            Optional<Weighting> pixels) {
        this(labels, classes, images, pixels, DepthQuantity.DISTANCE, LabelValues.SAME);
    }

    public PlainOptions {
        labels = Map.copyOf(labels);
        classes = List.copyOf(classes);
        labels.values().forEach(folder -> {
            if (!PlainFiles.isName(folder)) {
                throw new IllegalArgumentException(
                        "folder of labels: value='%s', expected a name in the data set's folder".formatted(folder));
            }
        });
    }

    /** Classes that are given; none: as the folder says. */
    public static PlainOptions classes(List<LabelClass> classes) {
        return new PlainOptions(Map.of(), classes, Optional.empty(), Optional.empty());
    }

    /** With labels of depth for that quantity. */
    public PlainOptions withDepth(DepthQuantity quantity) {
        return new PlainOptions(labels, classes, images, pixels, quantity, labelValues);
    }

    /** Labels of one kind in another folder. */
    public static PlainOptions labels(String kind, String folder) {
        return new PlainOptions(Map.of(kind, folder), List.of(), Optional.empty(), Optional.empty());
    }
}
