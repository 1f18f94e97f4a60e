package dev.facet.core.image;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import dev.facet.core.cancellation.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** EXIF orientation: 1 is upright; 2 … 8 are the mirrored and turned ones (TIFF 6.0, tag 274). */
final class Orientation {
    static final int UPRIGHT = 1;
    /** {@code Exif}, 0, 0. */
    private static final int PREFIX_BYTES = 6;

    private Orientation() {}

    static int ofJpeg(byte[] bytes) {
        try {
            return of(JpegMetadataReader.readMetadata(new ByteArrayInputStream(bytes), List.of(new ExifReader())));
        } catch (JpegProcessingException | IOException | RuntimeException e) {
            // Metadata that can't be read says nothing about the picture: it is taken as it lies.
            return UPRIGHT;
        }
    }

    /** Of a TIFF block, as PNG and WebP carry it; some writers leave JPEG's prefix before it. */
    static int ofTiff(byte[] block) {
        if (block.length <= PREFIX_BYTES) {
            return UPRIGHT;
        }
        boolean prefixed = block[0] == 'E' && block[1] == 'x';
        byte[] tiff = prefixed ? Arrays.copyOfRange(block, PREFIX_BYTES, block.length) : block;
        try {
            Metadata metadata = new Metadata();
            new ExifReader().extract(new ByteArrayReader(tiff), metadata);
            return of(metadata);
        } catch (RuntimeException e) {
            // As above.
            return UPRIGHT;
        }
    }

    private static int of(Metadata metadata) {
        ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        Integer value = directory == null ? null : directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
        return value == null || value < 1 || value > 8 ? UPRIGHT : value;
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
