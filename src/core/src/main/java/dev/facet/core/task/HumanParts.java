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
        throw new UnsupportedOperationException("decode");
    }

    @Override
    public float[] forward(NetworkOutput output, int height, int width) {
        throw new UnsupportedOperationException("forward");
    }
}
