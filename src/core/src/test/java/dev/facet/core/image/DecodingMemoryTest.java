package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.ForkedJvm;
import java.awt.image.BufferedImage;
import java.io.IOException;
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
    @ValueSource(strings = {"large-lossy.webp", "large-lossless.webp", "large-alpha-lossy.webp"})
    void webpsFit(String name) throws Exception {
        assertFits(Pictures.stored(name), 3000, 4000);
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
