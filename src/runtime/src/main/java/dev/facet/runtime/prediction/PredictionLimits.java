package dev.facet.runtime.prediction;

import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageFault;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.TileGrid;
import dev.facet.core.image.Tiling;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.Depth;
import java.util.List;

/**
 * What a prediction may ask for.
 *
 * @param image of an image, and in pixels and side of an answer of another size
 * @param tiles that an image may be cut into, and images in the batch of a tensor: runs of the engine for one request
 * @param tileSize largest side of a tile or a tensor in pixels: what a run of the engine needs grows with its square
 * @param tensorBytes of the values of a tensor, all images of its batch together
 */
public record PredictionLimits(ImageLimits image, int tiles, int tileSize, long tensorBytes) {
    /** 256 tiles of 1,024 pixels a side, tensors of 64 MiB, and the usual limits of an image. */
    public static final PredictionLimits DEFAULT = new PredictionLimits(ImageLimits.DEFAULT, 256, 1024, 64L << 20);

    public PredictionLimits {
        if (tiles < 1 || tileSize < Tiling.MIN_SIZE) {
            throw new IllegalArgumentException("limits of tiles: tiles=%d, tileSize=%d, expected at least 1 and %d"
                    .formatted(tiles, tileSize, Tiling.MIN_SIZE));
        }
        if (tensorBytes < 1) {
            throw new IllegalArgumentException(
                    "limits of tensors: tensorBytes=%d, expected at least 1".formatted(tensorBytes));
        }
    }

    /**
     * Looks whether a tensor [batch, 3, height, width] can be answered.
     *
     * @throws ImageException {@code TOO_MANY_PIXELS} or {@code TOO_MANY_BYTES}
     * @throws ParameterException if its batch has more images than an image may have tiles
     */
    public void checkTensor(int batch, int height, int width) {
        if (batch > tiles) {
            throw new ParameterException(
                    "shape",
                    "[%d, 3, %d, %d]".formatted(batch, height, width),
                    "a batch of at most %d".formatted(tiles));
        }
        if (height > tileSize || width > tileSize) {
            throw new ImageException(
                    ImageFault.TOO_MANY_PIXELS,
                    "tensor too large: height=%d, width=%d, expected at most %d".formatted(height, width, tileSize));
        }
        long bytes = 3L * Float.BYTES * batch * height * width;
        if (bytes > tensorBytes) {
            throw new ImageException(
                    ImageFault.TOO_MANY_BYTES,
                    "tensor too large: bytes=%d, expected at most %d".formatted(bytes, tensorBytes));
        }
    }

    /**
     * Looks whether an image can be answered at a resolution.
     *
     * @param packs manifests of the packs that are to answer
     * @throws ParameterException if it can't
     */
    public void check(int imageHeight, int imageWidth, Resolution resolution, List<PackManifest> packs) {
        if (resolution.side().isPresent()) {
            checkSide(imageHeight, imageWidth, resolution);
        }
        for (PackManifest pack : packs) {
            resolution.tiling().ifPresent(tiling -> {
                checkStitching(tiling, pack);
                checkTiles(imageHeight, imageWidth, tiling, pack.input());
            });
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

    /** Inverse depth means something within one run of the network: where two tiles meet, their values needn't. */
    private static void checkStitching(Tiling tiling, PackManifest pack) {
        if (pack.task() instanceof Depth depth && depth.isInverse()) {
            throw new ParameterException(
                    "tile",
                    Integer.toString(tiling.size()),
                    "none with inverse depth, of which each tile has a scale and a shift of its own [pack=%s@%s]"
                            .formatted(pack.name(), pack.version()));
        }
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
