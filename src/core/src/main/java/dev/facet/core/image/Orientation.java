package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** EXIF orientation: 1 is upright; 2 … 8 are the mirrored and turned ones (TIFF 6.0, tag 274). */
final class Orientation {
    static final int UPRIGHT = 1;
    /** {@code Exif}, 0, 0. */
    private static final int PREFIX_BYTES = 6;

    private static final short LITTLE_ENDIAN = 0x4949;
    private static final short TIFF_VERSION = 42;
    private static final short TAG = 0x112;
    private static final short LONG = 4;
    /** Tag, type, count, value. */
    private static final int ENTRY_BYTES = 12;

    private Orientation() {}

    /**
     * Of a TIFF block, as JPEG, PNG and WebP carry it, with or without JPEG's prefix before it. Metadata that can't be read say nothing
     * of the picture: it is taken as it lies.
     */
    static int ofTiff(byte[] block) {
        boolean prefixed = block.length > PREFIX_BYTES && block[0] == 'E' && block[1] == 'x';
        int begin = prefixed ? PREFIX_BYTES : 0;
        if (block.length - begin < 8) {
            return UPRIGHT;
        }
        ByteBuffer tiff = ByteBuffer.wrap(block, begin, block.length - begin).slice();
        if (tiff.getShort(0) == LITTLE_ENDIAN) {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        }
        int directory = tiff.getInt(4);
        if (tiff.getShort(2) != TIFF_VERSION || directory < 8 || directory > tiff.capacity() - 2) {
            return UPRIGHT;
        }
        int entries = Math.min(tiff.getShort(directory) & 0xFFFF, (tiff.capacity() - directory - 2) / ENTRY_BYTES);
        for (int i = 0; i < entries; i++) {
            int at = directory + 2 + ENTRY_BYTES * i;
            if (tiff.getShort(at) == TAG) {
                int value = tiff.getShort(at + 2) == LONG ? tiff.getInt(at + 8) : tiff.getShort(at + 8);
                return value < 1 || value > 8 ? UPRIGHT : value;
            }
        }
        return UPRIGHT;
    }

    /** Turns a raster upright. */
    static Raster apply(Raster raster, int orientation, Cancellation cancellation) {
        if (orientation == UPRIGHT) {
            return raster;
        }
        boolean turned = orientation >= 5;
        int height = turned ? raster.width() : raster.height();
        int width = turned ? raster.height() : raster.width();
        byte[] source = raster.rgb();
        byte[] target = new byte[source.length];
        int lastRow = raster.height() - 1;
        int lastColumn = raster.width() - 1;
        for (int y = 0; y < height; y++) {
            cancellation.check();
            for (int x = 0; x < width; x++) {
                int row = switch (orientation) {
                    case 2 -> y;
                    case 3, 4 -> lastRow - y;
                    case 5, 8 -> x;
                    default -> lastRow - x;
                };
                int column = switch (orientation) {
                    case 2, 3 -> lastColumn - x;
                    case 4 -> x;
                    case 5, 6 -> y;
                    default -> lastColumn - y;
                };
                int from = (row * raster.width() + column) * 3;
                int to = (y * width + x) * 3;
                target[to] = source[from];
                target[to + 1] = source[from + 1];
                target[to + 2] = source[from + 2];
            }
        }
        return new Raster(height, width, target);
    }
}
