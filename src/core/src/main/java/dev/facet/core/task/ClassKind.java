package dev.facet.core.task;

import java.util.List;

/** A kind with a class for every pixel: logits, argmax. */
public sealed interface ClassKind extends TaskKind permits Segmentation, HumanParts {
    /** 2 to 255 classes in the order of the logits. */
    List<LabelClass> classes();

    /** This kind with other classes. */
    ClassKind withClasses(List<LabelClass> others);

    /** The names of the classes in the order of the logits. */
    default List<String> classNames() {
        return classes().stream().map(LabelClass::name).toList();
    }

    @Override
    default int outputs() {
        return classes().size();
    }

    @Override
    default PredictionRows rows(MapResize logits) {
        return ClassMaps.rows(logits, classes());
    }
}
