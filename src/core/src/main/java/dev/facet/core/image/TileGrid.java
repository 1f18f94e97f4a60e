package dev.facet.core.image;

/**
 * An image in tiles, all of one size, row by row. The last of a row or column is padded with the mean colour to a multiple, as the
 * {@link InputPolicy} pads an image.
 *
 * @param rows tiles from top to bottom
 * @param columns tiles from left to right
 */
public record TileGrid(TileAxis rows, TileAxis columns) {
    /**
     * Cuts an image.
     *
     * @param policy of the pack; only its multiple counts
     * @throws IllegalArgumentException if the tiles aren't multiples of what the pack needs
     */
    public static TileGrid of(Tiling tiling, int imageHeight, int imageWidth, InputPolicy policy) {
        int multiple = Math.max(Tiling.MULTIPLE, policy.multiple());
        return new TileGrid(TileAxis.of(imageHeight, tiling, multiple), TileAxis.of(imageWidth, tiling, multiple));
    }

    /** Number of tiles. */
    public long count() {
        return (long) rows.count() * columns.count();
    }

    /** How the image lies in what the tiles cover together: not scaled, padded at the right and the bottom. */
    public Frame frame() {
        return new Frame(
                rows.length(), columns.length(), rows.length(), columns.length(), rows.padded(), columns.padded());
    }

    /** How a tile's part of the image lies in the network's input. */
    public Frame tileFrame(int row, int column) {
        int height = rows.content(row);
        int width = columns.content(column);
        return new Frame(height, width, height, width, rows.tile(), columns.tile());
    }

    /** A tile's part of the image. */
    public Raster cut(Raster image, int row, int column) {
        if (image.height() != rows.length() || image.width() != columns.length()) {
            throw new IllegalArgumentException(
                    "tiles of another image: image=%d×%d, tiles=%s".formatted(image.height(), image.width(), this));
        }
        int height = rows.content(row);
        int rowBytes = columns.content(column) * 3;
        byte[] rgb = new byte[height * rowBytes];
        for (int y = 0; y < height; y++) {
            int from = ((rows.begin(row) + y) * image.width() + columns.begin(column)) * 3;
            System.arraycopy(image.rgb(), from, rgb, y * rowBytes, rowBytes);
        }
        return new Raster(height, columns.content(column), rgb);
    }
}
