package dev.facet.core.task;

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
    public PredictionRows rows(MapResize components) {
        return (first, count) -> {
            float[] x = components.rows(0, first, count);
            float[] y = components.rows(1, first, count);
            float[] z = components.rows(2, first, count);
            float[] values = new float[Math.multiplyExact(x.length, 3)];
            for (int i = 0; i < x.length; i++) {
                double length = length(x[i], y[i], z[i]);
                values[3 * i] = (float) (x[i] / length);
                values[3 * i + 1] = (float) (y[i] / length);
                values[3 * i + 2] = (float) (z[i] / length);
            }
            return new Prediction.NormalMap(count, components.width(), values, this);
        };
    }

    @Override
    public float[] forward(NetworkOutput output, int height, int width) {
        float[] planes = output.resized(height, width);
        int pixels = planes.length / 3;
        for (int i = 0; i < pixels; i++) {
            double length = length(planes[i], planes[pixels + i], planes[2 * pixels + i]);
            for (int axis = 0; axis < 3; axis++) {
                planes[axis * pixels + i] = (float) (planes[axis * pixels + i] / length);
            }
        }
        return planes;
    }

    /** Of a vector, at least 1e-12. */
    private static double length(double x, double y, double z) {
        return Math.max(Math.sqrt(x * x + y * y + z * z), 1e-12);
    }
}
