package dev.facet.core.task;

import java.util.List;

/**
 * A class for every pixel: logits, argmax.
 *
 * @param classes 2 to 255 classes in the order of the logits
 */
public record Segmentation(List<LabelClass> classes) implements ClassKind {
    /** The name of this kind. */
    public static final String ID = "segmentation";

    public Segmentation {
        classes = List.copyOf(classes);
        ClassMaps.checkClasses(classes);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Segmentation withClasses(List<LabelClass> others) {
        return new Segmentation(others);
    }
}
