package dev.facet.core.image;

import java.util.Arrays;

/**
 * The tiles along one axis of an image. Immutable.
 *
 * <p>The axis is padded to a multiple, as by the {@link InputPolicy}. Where it is longer than a tile, the fewest tiles that overlap
 * enough are spread evenly: the first begins with the image, the last ends with it, and all are equally long. Every begin is a
 * multiple, so that the maps of all tiles lie on one grid.
 */
public final class TileAxis {
    private final int length;
    private final int padded;
    private final int tile;
    private final int[] begins;

    private TileAxis(int length, int padded, int tile, int[] begins) {
        this.length = length;
        this.padded = padded;
        this.tile = tile;
        this.begins = begins;
    }

    /**
     * Cuts an axis.
     *
     * @param length pixels of the image
     * @param multiple what the network's input and so every begin is a multiple of
     * @throws IllegalArgumentException if the tiles aren't multiples of it
     */
    static TileAxis of(int length, Tiling tiling, int multiple) {
        if (tiling.size() % multiple != 0 || tiling.overlap() % multiple != 0) {
            throw new IllegalArgumentException("tile: size=%d, overlap=%d, expected multiples of %d for this pack"
                    .formatted(tiling.size(), tiling.overlap(), multiple));
        }
        int padded = Math.multiplyExact((length - 1) / multiple + 1, multiple);
        int rest = padded - tiling.size();
        if (rest <= 0) {
            return new TileAxis(length, padded, padded, new int[] {0});
        }
        int step = tiling.size() - tiling.overlap();
        int gaps = (rest - 1) / step + 1;
        int[] begins = new int[gaps + 1];
        for (int i = 1; i <= gaps; i++) {
            begins[i] = (int) ((long) rest * i / gaps / multiple * multiple);
        }
        return new TileAxis(length, padded, tiling.size(), begins);
    }

    /** Pixels of the image. */
    public int length() {
        return length;
    }

    /** Pixels up to the end of the last tile. */
    public int padded() {
        return padded;
    }

    /** Pixels of each tile, padding included. */
    public int tile() {
        return tile;
    }

    /** Number of tiles. */
    public int count() {
        return begins.length;
    }

    /** First pixel of a tile. */
    public int begin(int index) {
        return begins[index];
    }

    /** Pixels of a tile that are the image's; the rest is padding. */
    public int content(int index) {
        return Math.min(tile, length - begins[index]);
    }

    /**
     * What a tile counts for at each sample of its map. Where neighbours overlap, one fades into the other: linearly over all that
     * they share, by the samples' centres. What all tiles count for at a sample adds up to 1.
     *
     * @param stride pixels of a sample
     * @return {@code tile/stride} weights, 0 … 1
     */
    public float[] weights(int index, int stride) {
        float[] weights = new float[tile / stride];
        for (int i = 0; i < weights.length; i++) {
            double position = (double) begins[index] / stride + i + 0.5;
            weights[i] = (float) (entered(index, position, stride) - entered(index + 1, position, stride));
        }
        return weights;
    }

    /** From 0 where a tile begins to 1 where the one before it ends. */
    private double entered(int index, double position, int stride) {
        if (index == 0) {
            return 1;
        }
        if (index == begins.length) {
            return 0;
        }
        double begin = (double) begins[index] / stride;
        double end = (double) (begins[index - 1] + tile) / stride;
        if (begin == end) {
            return position < begin ? 0 : 1;
        }
        return Math.min(Math.max((position - begin) / (end - begin), 0), 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TileAxis axis
                && axis.length == length
                && axis.padded == padded
                && axis.tile == tile
                && Arrays.equals(axis.begins, begins);
    }

    @Override
    public int hashCode() {
        return 31 * length + Arrays.hashCode(begins);
    }

    @Override
    public String toString() {
        return "%d pixels in tiles of %d from %s".formatted(length, tile, Arrays.toString(begins));
    }
}
