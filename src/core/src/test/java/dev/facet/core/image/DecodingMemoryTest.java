package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.ForkedJvm;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are decoded in a JVM whose heap is what their header asked for. */
@Timeout(300)
class DecodingMemoryTest {
    @TempDir
    private Path folder;

    /** Decodes a file; the heap is the JVM's. */
    static final class Decode {
        private Decode() {}

        public static void main(String[] arguments) throws IOException {
            Raster raster = ImageDecoder.read(Path.of(arguments[0]), ImageLimits.DEFAULT);
            System.out.print(raster.height() + "x" + raster.width() + " ");
        }
    }

    @ParameterizedTest
    @CsvSource({"3000,4000,5", "3000,4000,10", "6000,8300,5"})
    void jpegsFit(int height, int width, int type) throws Exception {
        assertFits(Pictures.written(new BufferedImage(width, height, type), "jpg"), height, width);
    }

    @Test
    void turnedJpegsFit() throws Exception {
        byte[] jpeg = Pictures.written(new BufferedImage(4000, 3000, BufferedImage.TYPE_3BYTE_BGR), "jpg");
        assertFits(Pictures.jpegWithExif(jpeg, Pictures.exif(6)), 4000, 3000);
    }

    @ParameterizedTest
    @CsvSource({"3000,4000,8,0", "3000,4000,8,2", "3000,4000,16,6", "3000,4000,8,4", "6000,8300,8,2"})
    void pngsFit(int height, int width, int bits, int colorType) throws Exception {
        int channels = colorType == 0 ? 1 : colorType == 2 ? 3 : colorType == 4 ? 2 : 4;
        byte[] rows = new byte[height * (1 + width * channels * bits / 8)];
        byte[] png = Pictures.png(
                Pictures.header(height, width, bits, colorType),
                Pictures.chunk("IDAT", Pictures.deflated(rows)),
                Pictures.chunk("IEND", new byte[0]));
        assertFits(png, height, width);
    }

    @Test
    void palettesFit() throws Exception {
        byte[] png = PngWriter.palette(3000, 4000, new byte[12_000_000], new int[] {5}, Map.of());
        assertFits(png, 3000, 4000);
    }

    @ParameterizedTest
    @CsvSource({"1,8", "3,8", "4,16"})
    void tiffsFit(int samples, int bits) throws Exception {
        assertFits(Pictures.tiff(3000, 4000, samples, bits, new byte[12_000_000 * samples * bits / 8]), 3000, 4000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"large-lossy.webp", "large-lossless.webp", "large-alpha-lossy.webp"})
    void webpsFit(String name) throws Exception {
        assertFits(Pictures.stored(name), 3000, 4000);
    }

    /** Each claims far more than the heap of its JVM has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "JPEG profile",
                "JPEG EXIF",
                "CMYK profile",
                "PNG profile",
                "PNG texts",
                "WebP profile",
                "WebP EXIF"
            })
    void whatMetadataClaimIsNotAllocated(String kind) throws Exception {
        byte[] claiming = ByteBuffer.allocate(400)
                .put(Profiles.swapped())
                .putInt(0, 0x7FFFFFF0)
                .array();
        byte[] exif = Pictures.exif(6);
        ByteBuffer.wrap(exif).putInt(14, 0x7FFFFFFF);
        byte[] jpeg = Pictures.stored("plain.jpg");
        byte[] png = Pictures.stored("alpha.png");
        byte[] bomb = Pictures.deflated(new byte[64 << 20]);
        byte[] webp = Pictures.stored("lossless.webp");
        byte[] image = switch (kind) {
            case "JPEG profile" -> Profiles.inJpeg(jpeg, claiming, 65_519);
            case "JPEG EXIF" -> Pictures.jpegWithExif(jpeg, exif);
            case "CMYK profile" -> Profiles.inJpeg(Pictures.stored("cmyk.jpg"), hugeTable(), 65_519);
            case "PNG profile" -> Profiles.inPng(png, bomb);
            case "PNG texts" -> behindHeader(png, Pictures.chunk("zTXt", concatenated("key\0\0", bomb)));
            case "TIFF profile" -> tiffWithClaim();
            case "WebP profile" -> Profiles.inWebp(webp, claiming, 24, 32);
            default ->
                ByteBuffer.wrap(Profiles.inWebp(webp, exif, 24, 32))
                        .put(30, Profiles.ascii("EXIF"))
                        .put(20, (byte) 8)
                        .array();
        };
        boolean turned = kind.endsWith("EXIF");
        assertFits(image, turned ? 32 : 24, turned ? 24 : 32);
    }

    /** A table of four channels with 255 steps each: 24 GiB, of which there are 100 bytes. */
    private static byte[] hugeTable() {
        ByteBuffer table = ByteBuffer.allocate(100).put(Profiles.ascii("mft2"));
        table.put(8, (byte) 4).put(9, (byte) 3).put(10, (byte) 255);
        table.putShort(48, (short) 2).putShort(50, (short) 2);
        return Profiles.profile("CMYK", new String[] {"A2B0"}, table.array());
    }

    /** Its profile is said to be where the file's end is, and 2 GiB large. */
    private static byte[] tiffWithClaim() {
        byte[] tiff = Pictures.tiff(24, 32, 3, 8, new byte[24 * 32 * 3]);
        // In the place of the count of rows of a strip, which is the height where it isn't said.
        ByteBuffer.wrap(tiff)
                .putShort(10 + 12 * 7, (short) 34675)
                .putShort(12 + 12 * 7, (short) 7)
                .putInt(14 + 12 * 7, 1 << 18)
                .putInt(18 + 12 * 7, 0x7FFFFFFF);
        return tiff;
    }

    private static byte[] behindHeader(byte[] png, byte[] chunk) {
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, 33)
                .put(chunk)
                .put(png, 33, png.length - 33)
                .array();
    }

    private static byte[] concatenated(String begin, byte[] rest) {
        byte[] first = Profiles.ascii(begin);
        return ByteBuffer.allocate(first.length + rest.length)
                .put(first)
                .put(rest)
                .array();
    }

    /** 65,536 areas of 4×4 pixels, each with prefix codes of its own: two megabytes that ask for half a gigabyte. */
    @Test
    void webpsOfEndlessPrefixCodesAreRefusedBeforeTheyFillTheHeap() throws Exception {
        LittleBits bits = new LittleBits();
        bits.put(0x2F, 8).put(1023, 14).put(1023, 14).put(0, 4);
        // No transform, no cache, codes by area, of 4 pixels a side.
        bits.put(0, 1).put(0, 1).put(1, 1).put(0, 3);
        bits.put(0, 1);
        putCodes(bits);
        for (int area = 0; area < 1 << 16; area++) {
            bits.put(Integer.reverse(area << 24) & 0xFF, 8).put(Integer.reverse(area >> 8 << 24) & 0xFF, 8);
        }
        for (int area = 0; area < 1 << 16; area++) {
            putCodes(bits);
        }
        byte[] picture = bits.bytes();
        byte[] webp = ByteBuffer.allocate(20 + picture.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(Profiles.ascii("RIFF"))
                .putInt(12 + picture.length)
                .put(Profiles.ascii("WEBPVP8L"))
                .putInt(picture.length)
                .put(picture)
                .array();
        Path file = Files.write(folder.resolve("image"), webp);
        long bytes = ImageHeader.read(webp, ImageLimits.DEFAULT).decodingBytes();
        assertThat(ForkedJvm.run(webp.length + bytes, Decode.class, file))
                .contains("too many prefix codes")
                .doesNotContain("OutOfMemoryError");
    }

    /** Green and red: 256 symbols of 8 bits each; blue, alpha and distances: one symbol. */
    private static void putCodes(LittleBits bits) {
        for (int i = 0; i < 2; i++) {
            bits.put(0, 1).put(8, 4).put(0, 30).put(0, 3).put(1, 3);
            bits.put(1, 1).put(3, 3).put(254, 8);
        }
        for (int i = 0; i < 3; i++) {
            bits.put(1, 4);
        }
    }

    /** Writes bits, the lowest of a byte first. */
    private static final class LittleBits {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long buffer;
        private int count;

        LittleBits put(long value, int bits) {
            buffer |= value << count;
            count += bits;
            while (count >= 8) {
                out.write((int) buffer);
                buffer >>>= 8;
                count -= 8;
            }
            return this;
        }

        /** What was written, a byte more, an even number. */
        byte[] bytes() {
            put(0, 16 - count);
            if (out.size() % 2 == 1) {
                out.write(0);
            }
            return out.toByteArray();
        }
    }

    @Test
    void halfOfItIsTooLittle() throws Exception {
        byte[] png = PngWriter.grey8(3000, 4000, new byte[12_000_000], Map.of());
        Path file = Files.write(folder.resolve("image"), png);
        long bytes = ImageHeader.read(png, ImageLimits.DEFAULT).decodingBytes();
        assertThat(ForkedJvm.run(bytes / 2, Decode.class, file)).contains("OutOfMemoryError");
    }

    private void assertFits(byte[] image, int height, int width) throws Exception {
        Path file = Files.write(folder.resolve("image"), image);
        long bytes = ImageHeader.read(image, ImageLimits.DEFAULT).decodingBytes();
        assertThat(ForkedJvm.run(image.length + bytes, Decode.class, file))
                .as("%d bytes", bytes)
                .isEqualTo(height + "x" + width + " 0");
    }
}
