package dev.facet.trainer.sample;

/**
 * Where the pixels of a view lie along one axis of the image. All arrays have one entry for each pixel of the view.
 *
 * @param low first sample of the bilinear pair; −1 where the pixel lies outside of the image
 * @param high second sample of the pair
 * @param fraction weight of the second
 * @param nearest sample that labels take, ⌊i·in/out⌋; −1 outside
 */
record Axis(int[] low, int[] high, float[] fraction, int[] nearest) {
    /**
     * An axis that is scaled, then cut.
     *
     * @param in samples of the image
     * @param out samples of the scaled image
     * @param first scaled sample that the view begins with; negative where padding comes before
     * @param size pixels of the view
     * @param mirrored whether the view is reversed after it was cut
     */
    static Axis of(int in, int out, int first, int size, boolean mirrored) {
        int[] low = new int[size];
        int[] high = new int[size];
        float[] fraction = new float[size];
        int[] nearest = new int[size];
        double ratio = (double) in / out;
        for (int i = 0; i < size; i++) {
            int scaled = (mirrored ? size - 1 - i : i) + first;
            if (scaled < 0 || scaled >= out) {
                low[i] = -1;
                nearest[i] = -1;
                continue;
            }
            nearest[i] = (int) ((long) scaled * in / out);
            double position = Math.min(Math.max((scaled + 0.5) * ratio - 0.5, 0), in - 1);
            low[i] = (int) position;
            high[i] = Math.min(low[i] + 1, in - 1);
            fraction[i] = (float) (position - low[i]);
        }
        return new Axis(low, high, fraction, nearest);
    }

    /** Of the pair the sample with the greater weight. */
    int closer(int i) {
        return fraction[i] < 0.5f ? low[i] : high[i];
    }
}
