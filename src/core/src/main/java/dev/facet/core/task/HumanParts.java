package dev.facet.core.task;

import dev.facet.core.image.Frame;
import java.util.List;

/**
 * A part of a person for every pixel, class 0 is background: logits, argmax.
 *
 * @param classes 2 to 255 classes in the order of the logits
 */
public record HumanParts(List<LabelClass> classes) implements TaskKind {
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
    public int outputs() {
        return classes.size();
    }

    @Override
    public Prediction decode(NetworkOutput output, Frame frame) {
        return new Prediction.LabelMap(
                frame.photoHeight(), frame.photoWidth(), ClassMaps.argmax(output, frame), classes);
    }

    @Override
    public float[] forward(NetworkOutput output, int height, int width) {
        return MapResize.planes(
                output, MapSampling.whole(height, output.height()), MapSampling.whole(width, output.width()));
    }
}
