package dev.facet.core.task;

import java.util.List;

/** A kind with a class for every pixel: logits, argmax. */
public sealed interface ClassKind extends TaskKind permits Segmentation, HumanParts {
    /** The id of pixels whose class isn't known: there are 255 classes at most, and labels ignore this id. */
    int UNKNOWN = 255;

    /** How unknown pixels are called and shown, in the colour that VOC's label maps have for this id. */
    LabelClass UNKNOWN_CLASS = new LabelClass("unknown", "#e0e0c0");

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
    default PredictionRows rows(MapResize logits, double leastProbability) {
        return ClassMaps.rows(logits, classes(), leastProbability);
    }

    @Override
    default PredictionRows rows(MapResize logits) {
        return rows(logits, 0);
    }
}
