package dev.facet.core.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Pictures to test with, made here or stored beside (see make_pictures.py). */
final class Pictures {
    private Pictures() {}

    static byte[] stored(String name) {
        try (var in = Pictures.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] written(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A PNG of these chunks, each already with length and checksum. */
    static byte[] png(byte[]... chunks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        for (byte[] chunk : chunks) {
            bytes.writeBytes(chunk);
        }
        return bytes.toByteArray();
    }

    static byte[] header(int height, int width, int bits, int colorType) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) colorType)
                        .array());
    }

    static byte[] chunk(String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(name)
                .put(content)
                .putInt((int) checksum.getValue())
                .array();
    }

    static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** A TIFF of one strip, big-endian: 8 or 16 bits, compressed by Deflate. */
    static byte[] tiff(int height, int width, int samples, int bits, byte[] rows) {
        byte[] strip = deflated(rows);
        int[][] entries = {
            {256, width},
            {257, height},
            {258, bits},
            {259, 8},
            {262, samples >= 3 ? 2 : 1},
            {273, 8 + 2 + 12 * 9 + 4},
            {277, samples},
            {278, height},
            {279, strip.length}
        };
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 12 * entries.length + 4 + strip.length)
                .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8})
                .putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return file.putInt(0).put(strip).array();
    }

    /** A TIFF block that holds an orientation and nothing else. */
    static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1})
                .putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    /** Puts an EXIF segment behind a JPEG's start of image. */
    static byte[] jpegWithExif(byte[] jpeg, byte[] tiff) {
        ByteBuffer result = ByteBuffer.allocate(jpeg.length + tiff.length + 10);
        result.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (tiff.length + 8));
        result.put(new byte[] {'E', 'x', 'i', 'f', 0, 0}).put(tiff);
        return result.put(jpeg, 2, jpeg.length - 2).array();
    }

    /** Red, green and blue of a pixel. */
    static int[] pixel(Raster raster, int y, int x) {
        int at = (y * raster.width() + x) * 3;
        return new int[] {raster.rgb()[at] & 0xFF, raster.rgb()[at + 1] & 0xFF, raster.rgb()[at + 2] & 0xFF};
    }
}
