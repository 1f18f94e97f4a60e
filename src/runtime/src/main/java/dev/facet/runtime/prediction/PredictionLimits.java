package dev.facet.runtime.prediction;

import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.TileGrid;
import dev.facet.core.image.Tiling;
import java.util.List;

/**
 * What a prediction may ask for.
 *
 * @param image of an image, and in pixels and side of an answer of another size
 * @param tiles that an image may be cut into
 * @param tileSize largest side of a tile in pixels: what a run of the engine needs grows with its square
 */
public record PredictionLimits(ImageLimits image, int tiles, int tileSize) {
    /** 256 tiles of 1,024 pixels a side, and the usual limits of an image. */
    public static final PredictionLimits DEFAULT = new PredictionLimits(ImageLimits.DEFAULT, 256, 1024);

    public PredictionLimits {
        if (tiles < 1 || tileSize < Tiling.MIN_SIZE) {
            throw new IllegalArgumentException("limits of tiles: tiles=%d, tileSize=%d, expected at least 1 and %d"
                    .formatted(tiles, tileSize, Tiling.MIN_SIZE));
        }
    }

    /**
     * Looks whether an image can be answered at a resolution.
     *
     * @param policies of the packs that are to answer
     * @throws ParameterException if it can't
     */
    public void check(int imageHeight, int imageWidth, Resolution resolution, List<InputPolicy> policies) {
        if (resolution.side().isPresent()) {
            checkSide(imageHeight, imageWidth, resolution);
        }
        for (InputPolicy policy : policies) {
            resolution.tiling().ifPresent(tiling -> checkTiles(imageHeight, imageWidth, tiling, policy));
        }
    }

    private void checkSide(int imageHeight, int imageWidth, Resolution resolution) {
        int side = resolution.side().getAsInt();
        int largest = largestSide(imageHeight, imageWidth);
        if (side > largest) {
            throw new ParameterException(
                    "side",
                    Integer.toString(side),
                    "%d..%d for an image of height=%d, width=%d: at most %d pixels and %d a side"
                            .formatted(
                                    Resolution.MIN_SIDE,
                                    largest,
                                    imageHeight,
                                    imageWidth,
                                    image.maxPixels(),
                                    image.maxSide()));
        }
    }

    /** The largest longer side with which an answer of that aspect stays within the limits of an image. */
    private int largestSide(int imageHeight, int imageWidth) {
        double longer = Math.max(imageHeight, imageWidth);
        double shorter = Math.min(imageHeight, imageWidth);
        int largest = (int) Math.min(image.maxSide(), Math.sqrt(image.maxPixels() * longer / shorter));
        // The shorter side is rounded, and is 1 at least.
        while (largest > 1 && Math.max(1, Math.round(largest * shorter / longer)) * largest > image.maxPixels()) {
            largest--;
        }
        return largest;
    }

    private void checkTiles(int imageHeight, int imageWidth, Tiling tiling, InputPolicy policy) {
        int multiple = Math.max(Tiling.MULTIPLE, policy.multiple());
        if (tiling.size() > tileSize || tiling.size() % multiple != 0) {
            throw new ParameterException(
                    "tile",
                    Integer.toString(tiling.size()),
                    "a multiple of %d from %d to %d, as the pack's network takes it"
                            .formatted(multiple, Tiling.MIN_SIZE, tileSize));
        }
        if (tiling.overlap() % multiple != 0) {
            throw new ParameterException(
                    "overlap",
                    Integer.toString(tiling.overlap()),
                    "a multiple of %d from 0 to %d, half a tile".formatted(multiple, tiling.size() / 2));
        }
        long count = TileGrid.of(tiling, imageHeight, imageWidth, policy).count();
        if (count > tiles) {
            throw new ParameterException(
                    "tile",
                    Integer.toString(tiling.size()),
                    "larger tiles, or less overlap: an image of height=%d, width=%d would be %d tiles, at most %d"
                            .formatted(imageHeight, imageWidth, count, tiles));
        }
    }
}
