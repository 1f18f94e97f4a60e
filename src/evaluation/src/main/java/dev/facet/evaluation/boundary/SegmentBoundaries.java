package dev.facet.evaluation.boundary;

/**
 * The boundaries of a map of segments, as the evaluation of PASCAL-Context takes them: set where the label differs from that
 * of the right, the lower or the lower-right neighbour (last row: right only; last column: lower only; corner: never), then
 * thinned.
 */
public final class SegmentBoundaries {
    private SegmentBoundaries() {}

    /**
     * Finds boundaries.
     *
     * @param labels {@code height·width} labels, row-major
     * @return a map of 0 and 1
     */
    public static byte[] of(char[] labels, int height, int width) {
        byte[] map = new byte[Math.multiplyExact(height, width)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                boolean right = x + 1 < width && labels[at] != labels[at + 1];
                boolean lower = y + 1 < height && labels[at] != labels[at + width];
                boolean lowerRight = x + 1 < width && y + 1 < height && labels[at] != labels[at + width + 1];
                map[at] = (byte) (right || lower || lowerRight ? 1 : 0);
            }
        }
        return Thinning.thin(map, height, width);
    }
}
