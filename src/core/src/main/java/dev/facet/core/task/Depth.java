package dev.facet.core.task;

/**
 * Distance along the optical axis.
 *
 * @param unit {@code metre}
 * @param pngScale units per step of a 16-bit PNG, 0.001 for millimetres in metres
 */
public record Depth(String unit, double pngScale) implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "depth";

    public Depth {
        if (unit == null || !unit.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException("depth unit: value='%s', expected a word such as metre".formatted(unit));
        }
        if (!(pngScale > 0 && pngScale <= 1000)) {
            throw new IllegalArgumentException("depth scale: value=%s, expected (0, 1000]".formatted(pngScale));
        }
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public PredictionRows rows(MapResize distances) {
        return (first, count) ->
                new Prediction.DepthMap(count, distances.width(), distances.rows(0, first, count), this);
    }
}
