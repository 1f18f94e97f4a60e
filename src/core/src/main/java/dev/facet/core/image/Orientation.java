package dev.facet.core.image;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** EXIF orientation: 1 is upright; 2 … 8 are the mirrored and turned ones (TIFF 6.0, tag 274). */
final class Orientation {
    static final int UPRIGHT = 1;
    private static final int MAX_EXIF_BYTES = 1 << 16;

    private Orientation() {}

    static int ofJpeg(byte[] bytes) {
        try {
            return of(JpegMetadataReader.readMetadata(new ByteArrayInputStream(bytes), List.of(new ExifReader())));
        } catch (JpegProcessingException | IOException | RuntimeException e) {
            // Metadata that can't be read says nothing about the picture: it is taken as it lies.
            return UPRIGHT;
        }
    }

    /** Of a TIFF block, as PNG and WebP carry it. */
    static int ofTiff(byte[] block) {
        if (block.length == 0) {
            return UPRIGHT;
        }
        try {
            Metadata metadata = new Metadata();
            new ExifReader().extract(new ByteArrayReader(block), metadata);
            return of(metadata);
        } catch (RuntimeException e) {
            // As above.
            return UPRIGHT;
        }
    }

    static int ofWebp(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int position = 12;
        while (position + 8 <= bytes.length) {
            int length = buffer.getInt(position + 4);
            if (length < 0 || length > bytes.length - position - 8) {
                return UPRIGHT;
            }
            if (bytes[position] == 'E'
                    && bytes[position + 1] == 'X'
                    && bytes[position + 2] == 'I'
                    && bytes[position + 3] == 'F') {
                if (length > MAX_EXIF_BYTES) {
                    return UPRIGHT;
                }
                byte[] block = Arrays.copyOfRange(bytes, position + 8, position + 8 + length);
                boolean prefixed = length > 6 && block[0] == 'E' && block[1] == 'x';
                return ofTiff(prefixed ? Arrays.copyOfRange(block, 6, length) : block);
            }
            position += 8 + length + (length & 1);
        }
        return UPRIGHT;
    }

    private static int of(Metadata metadata) {
        ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        Integer value = directory == null ? null : directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
        return value == null || value < 1 || value > 8 ? UPRIGHT : value;
    }

    /** Turns a raster upright. */
    static Raster apply(Raster raster, int orientation) {
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
