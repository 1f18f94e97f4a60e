package dev.facet.core.image;

/**
 * How an image is cut into tiles that the network sees one by one, each at the image's own resolution.
 *
 * <p>Both numbers are multiples of {@link #MULTIPLE}: a network takes inputs of such sides, and so the maps of all tiles lie on one
 * grid.
 *
 * @param size side of a tile in pixels of the image, at least {@link #MIN_SIZE}
 * @param overlap pixels that neighbours share at least, 0 … {@code size/2}
 */
public record Tiling(int size, int overlap) {
    /** What {@code size} and {@code overlap} are multiples of. */
    public static final int MULTIPLE = InputPolicy.USUAL_MULTIPLE;

    /** Least side of a tile. */
    public static final int MIN_SIZE = 64;

    public Tiling {
        if (size < MIN_SIZE || size % MULTIPLE != 0) {
            throw new IllegalArgumentException(
                    "tile: size=%d, expected a multiple of %d from %d on, as the network's input"
                            .formatted(size, MULTIPLE, MIN_SIZE));
        }
        if (overlap < 0 || overlap > size / 2 || overlap % MULTIPLE != 0) {
            throw new IllegalArgumentException(
                    "overlap of tiles: value=%d, expected a multiple of %d from 0 to %d, half a tile"
                            .formatted(overlap, MULTIPLE, size / 2));
        }
    }

    /** Tiles of that side with the usual overlap, a quarter of it. */
    public static Tiling of(int size) {
        return new Tiling(size, usualOverlap(size));
    }

    /** A quarter of a tile's side, rounded down to a multiple: no seams are seen then, nor measured. */
    public static int usualOverlap(int size) {
        return size / 4 / MULTIPLE * MULTIPLE;
    }
}
