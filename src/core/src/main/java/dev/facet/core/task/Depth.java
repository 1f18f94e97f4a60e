package dev.facet.core.task;

import dev.facet.core.image.Frame;

/**
 * Distance along the optical axis.
 *
 * @param unit {@code metre}
 * @param pngScale units per step of a 16-bit PNG, 0.001 for millimetres in metres
 */
public record Depth(String unit, double pngScale) implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "depth";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int outputs() {
        return 1;
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
