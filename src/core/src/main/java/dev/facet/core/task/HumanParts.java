package dev.facet.core.task;

import java.util.List;

/**
 * A part of a person for every pixel, class 0 is background: logits, argmax.
 *
 * @param classes 2 to 255 classes in the order of the logits
 */
public record HumanParts(List<LabelClass> classes) implements ClassKind {
    /** The name of this kind. */
    public static final String ID = "human-parts";

    public HumanParts {
        classes = List.copyOf(classes);
        ClassMaps.checkClasses(classes);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public HumanParts withClasses(List<LabelClass> others) {
        return new HumanParts(others);
    }
}
