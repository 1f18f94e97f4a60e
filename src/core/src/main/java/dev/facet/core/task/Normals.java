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

    public Normals {
        if (axes == null || axes.isBlank() || axes.length() > 200) {
            throw new IllegalArgumentException(
                    "axes of normals: value='%s', expected 1..200 characters".formatted(axes));
        }
    }

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
        float[] planes = MapResize.planes(output, MapSampling.rows(output, frame), MapSampling.columns(output, frame));
        int pixels = planes.length / 3;
        toUnitLength(planes);
        float[] values = new float[planes.length];
        for (int i = 0; i < pixels; i++) {
            for (int axis = 0; axis < 3; axis++) {
                values[3 * i + axis] = planes[axis * pixels + i];
            }
        }
        return new Prediction.NormalMap(frame.imageHeight(), frame.imageWidth(), values, this);
    }

    @Override
    public float[] forward(NetworkOutput output, int height, int width) {
        float[] planes = output.resized(height, width);
        toUnitLength(planes);
        return planes;
    }

    /** Divides every pixel's vector by max(length, 1e-12). */
    private static void toUnitLength(float[] planes) {
        int pixels = planes.length / 3;
        for (int i = 0; i < pixels; i++) {
            double x = planes[i];
            double y = planes[pixels + i];
            double z = planes[2 * pixels + i];
            double length = Math.max(Math.sqrt(x * x + y * y + z * z), 1e-12);
            planes[i] = (float) (x / length);
            planes[pixels + i] = (float) (y / length);
            planes[2 * pixels + i] = (float) (z / length);
        }
    }
}
