package dev.facet.evaluation.report;

/** The look of pixels of which nothing is known: stripes of two greys, which are no colour of any scale or palette. */
final class Hatch {
    /** Of the light stripes, 0xRRGGBB. */
    static final int LIGHT = 0xF0F0F0;

    /** Of the dark stripes, 0xRRGGBB. */
    static final int DARK = 0x585858;

    /** A dark and a light stripe together, in columns and in rows. */
    static final int PERIOD = 8;

    private Hatch() {}

    static int color(int x, int y) {
        return (x + y) % PERIOD < PERIOD / 2 ? DARK : LIGHT;
    }
}
