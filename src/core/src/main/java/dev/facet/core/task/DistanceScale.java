package dev.facet.core.task;

/**
 * What distances are counted in.
 *
 * @param unit a word, {@code metre}
 * @param pngScale units per step of a 16-bit PNG, 0.001 for millimetres in metres
 */
public record DistanceScale(String unit, double pngScale) {
    public DistanceScale {
        if (unit == null || !unit.matches("[a-z]{1,20}")) {
            throw new IllegalArgumentException("depth unit: value='%s', expected a word such as metre".formatted(unit));
        }
        if (!(pngScale > 0 && pngScale <= 1000)) {
            throw new IllegalArgumentException("depth scale: value=%s, expected (0, 1000]".formatted(pngScale));
        }
    }
}
