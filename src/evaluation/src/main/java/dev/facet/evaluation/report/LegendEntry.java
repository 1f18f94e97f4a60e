package dev.facet.evaluation.report;

/**
 * What a colour means, or all colours between two.
 *
 * @param from the colour at the left end of its swatch, 0xRRGGBB
 * @param to the colour at the right end
 * @param isHatched whether the swatch is hatched and has no colour
 * @param meaning in words
 */
record LegendEntry(int from, int to, boolean isHatched, String meaning) {
    static LegendEntry plain(int color, String meaning) {
        return new LegendEntry(color, color, false, meaning);
    }

    static LegendEntry ramp(int from, int to, String meaning) {
        return new LegendEntry(from, to, false, meaning);
    }

    static LegendEntry hatched(String meaning) {
        return new LegendEntry(0, 0, true, meaning);
    }

    boolean isRamp() {
        return from != to;
    }

    /** The colour of a pixel of the swatch, 0xRRGGBB. */
    int color(int x, int y, int width) {
        if (isHatched) {
            return Hatch.color(x, y);
        }
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int first = from >> shift & 0xFF;
            int last = to >> shift & 0xFF;
            color |= (first + (last - first) * x / Math.max(1, width - 1)) << shift;
        }
        return color;
    }
}
