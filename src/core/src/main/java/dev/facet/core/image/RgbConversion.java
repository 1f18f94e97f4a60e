package dev.facet.core.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;

/** Brings a decoded image to 8-bit RGB: grey is repeated, 16 bits are rounded to 8, alpha is laid on white. */
final class RgbConversion {
    private RgbConversion() {}

    static Raster convert(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && isPlain(image)) {
            swap(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), rgb);
        } else if (image.getColorModel() instanceof IndexColorModel palette) {
            fromPalette(image, palette, rgb);
        } else if (isSampled(image)) {
            fromSamples(image, rgb);
        } else {
            fromColorModel(image, rgb);
        }
        return new Raster(height, width, rgb);
    }

    private static boolean isPlain(BufferedImage image) {
        return image.getRaster().getDataBuffer() instanceof DataBufferByte data
                && data.getNumBanks() == 1
                && data.getData().length == image.getHeight() * image.getWidth() * 3
                && image.getRaster().getSampleModel() instanceof PixelInterleavedSampleModel model
                && model.getScanlineStride() == image.getWidth() * 3;
    }

    private static void swap(byte[] bgr, byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
    }

    /** Grey or RGB samples of 8 or 16 bits, with or without alpha: taken as they lie, without colour management. */
    private static boolean isSampled(BufferedImage image) {
        int type = image.getRaster().getTransferType();
        int space = image.getColorModel().getColorSpace().getType();
        int bits = image.getColorModel().getComponentSize(0);
        return (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
                && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
                && (bits == 8 || bits == 16)
                && image.getRaster().getNumBands() == image.getColorModel().getNumComponents()
                && !image.getColorModel().isAlphaPremultiplied();
    }

    private static void fromSamples(BufferedImage image, byte[] rgb) {
        int bands = image.getRaster().getNumBands();
        boolean grey = bands <= 2;
        int alpha = bands == 2 ? 1 : bands == 4 ? 3 : -1;
        int full = image.getColorModel().getComponentSize(0) == 16 ? 0xFFFF : 0xFF;
        int[] row = new int[image.getWidth() * bands];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRaster().getPixels(0, y, image.getWidth(), 1, row);
            for (int from = 0; from < row.length; from += bands) {
                for (int channel = 0; channel < 3; channel++) {
                    long sample = row[from + (grey ? 0 : channel)];
                    if (alpha >= 0) {
                        long opacity = row[from + alpha];
                        sample = (sample * opacity + full * (full - opacity) + full / 2) / full;
                    }
                    rgb[to++] = (byte) (full == 0xFF ? sample : (sample * 255 + full / 2) / full);
                }
            }
        }
    }

    private static void fromPalette(BufferedImage image, IndexColorModel palette, byte[] rgb) {
        int[] colors = new int[palette.getMapSize()];
        palette.getRGBs(colors);
        int[] row = new int[image.getWidth()];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRaster().getPixels(0, y, image.getWidth(), 1, row);
            for (int index : row) {
                to = put(rgb, to, index < colors.length ? colors[index] : 0xFF000000);
            }
        }
    }

    private static void fromColorModel(BufferedImage image, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, image.getWidth(), 1, row, 0, image.getWidth());
            for (int color : row) {
                to = put(rgb, to, color);
            }
        }
    }

    private static int put(byte[] rgb, int to, int argb) {
        int opacity = argb >>> 24;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int sample = argb >> shift & 0xFF;
            rgb[to++] = (byte) ((sample * opacity + 255 * (255 - opacity) + 127) / 255);
        }
        return to;
    }
}
