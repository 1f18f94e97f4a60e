package dev.facet.trainer.step;

/** Bounds of parameters. */
final class Range {
    private Range() {}

    /** Refuses what isn't in [low, high]. */
    static void check(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException("%s: value=%s, expected=%s..%s".formatted(name, value, low, high));
        }
    }
}
