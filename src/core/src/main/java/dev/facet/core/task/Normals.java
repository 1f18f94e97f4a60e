package dev.facet.core.task;

import dev.facet.core.image.Frame;

/**
 * Unit surface normals.
 *
 * @param axes the axes in words, for example {@code x right, y down, z forward}
 */
public record Normals(String axes) implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "normals";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int outputs() {
        return 3;
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
