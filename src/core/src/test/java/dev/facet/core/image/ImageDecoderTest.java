package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final int[] RED = {220, 30, 30};
    private static final int[] GREEN = {30, 200, 40};
    private static final int[] BLUE = {20, 40, 210};
    private static final int[] PALE = {240, 240, 240};
    /** Half of the green on white. */
    private static final int[] HALF_GREEN = {142, 227, 147};

    private static final int[] WHITE = {255, 255, 255};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "rubbish-profile.jpg",
                "lossy.webp",
                "lossless.webp",
                "lzw.tiff",
                "animated.webp",
                "rubbish-profile.webp",
                "srgb-profile.webp"
            })
    void readsTheSamePictureFromEveryFormat(String name) {
        assertQuarters(read(Pictures.stored(name)), RED, GREEN, BLUE, PALE);
    }

    @Test
    void repeatsGreyInEveryChannel() {
        Raster raster = read(Pictures.stored("grey.jpg"));
        int luma = (int) Math.round(0.299 * 220 + 0.587 * 30 + 0.114 * 30);
        assertQuarter(raster, 6, 8, luma, luma, luma);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha.png", "alpha.webp", "alpha-lossy.webp", "alpha.tiff"})
    void laysWhatIsTransparentOnWhite(String name) {
        assertQuarters(read(Pictures.stored(name)), RED, HALF_GREEN, BLUE, WHITE);
    }

    @Test
    void laysTransparentColorsOfAPaletteOnWhite() {
        assertQuarters(read(Pictures.stored("palette-alpha.png")), RED, HALF_GREEN, WHITE, PALE);
    }

    @Test
    void laysATransparentColorKeyOnWhite() {
        byte[] rows = {0, 10, 20, 30, 40, 50, 60};
        Raster raster = read(Pictures.png(
                Pictures.header(1, 2, 8, 2),
                Pictures.chunk("tRNS", new byte[] {0, 40, 0, 50, 0, 60}),
                Pictures.chunk("IDAT", Pictures.deflated(rows)),
                Pictures.chunk("IEND", new byte[0])));
        assertThat(Pictures.pixel(raster, 0, 0)).containsExactly(10, 20, 30);
        assertThat(Pictures.pixel(raster, 0, 1)).containsExactly(255, 255, 255);
    }

    @Test
    void rounds16BitsTo8() {
        // 257 steps of 16 bits are one of 8; 128 of them are less than half a step.
        short[] samples = {0, 128, 129, (short) 65535, (short) 65407, (short) 65406};
        Raster raster = read(PngWriter.rgb16(1, 2, samples, Map.of()));
        assertThat(Pictures.pixel(raster, 0, 0)).containsExactly(0, 0, 1);
        assertThat(Pictures.pixel(raster, 0, 1)).containsExactly(255, 255, 254);

        Raster grey = read(PngWriter.grey16(1, 2, new short[] {257 * 100, (short) (257 * 200)}, Map.of()));
        assertThat(Pictures.pixel(grey, 0, 0)).containsExactly(100, 100, 100);
        assertThat(Pictures.pixel(grey, 0, 1)).containsExactly(200, 200, 200);
    }

    @ParameterizedTest
    @CsvSource({"8,4", "16,4", "8,6", "16,6"})
    void laysGreyAndColorWithAlphaOnWhite(int bits, int colorType) {
        int channels = colorType == 4 ? 2 : 4;
        int bytes = channels * bits / 8;
        ByteBuffer rows = ByteBuffer.allocate(1 + bytes).put((byte) 0);
        for (int channel = 0; channel < channels; channel++) {
            int value = channel == channels - 1 ? 51 : 100;
            rows.put((byte) value);
            if (bits == 16) {
                rows.put((byte) value);
            }
        }
        Raster raster = read(Pictures.png(
                Pictures.header(1, 1, bits, colorType),
                Pictures.chunk("IDAT", Pictures.deflated(rows.array())),
                Pictures.chunk("IEND", new byte[0])));
        // A fifth of 100 and four fifths of 255.
        assertThat(Pictures.pixel(raster, 0, 0)).containsExactly(224, 224, 224);
    }

    @ParameterizedTest
    @CsvSource({"1,0 1 2 3", "2,1 0 3 2", "3,3 2 1 0", "4,2 3 0 1", "5,0 2 1 3", "6,2 0 3 1", "7,3 1 2 0", "8,1 3 0 2"})
    void turnsImagesUpright(int orientation, String quarters) {
        int[][] colors = {RED, GREEN, BLUE, PALE};
        int[][] expected = IntStream.range(0, 4)
                .mapToObj(i -> colors[quarters.charAt(2 * i) - '0'])
                .toArray(int[][]::new);
        byte[] tiff = Pictures.exif(orientation);

        Raster jpeg = read(Pictures.jpegWithExif(Pictures.stored("plain.jpg"), tiff));

        assertThat(jpeg.height()).isEqualTo(orientation < 5 ? 24 : 32);
        assertQuarters(jpeg, expected);
        byte[] plain = Pictures.stored("turned.png");
        byte[] other = replace(plain, Pictures.chunk("eXIf", tiff));
        assertQuarters(read(other), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"turned.png", "turned.webp"})
    void turnsImagesOfOtherWritersUpright(String name) {
        assertQuarters(read(Pictures.stored(name)), BLUE, RED, PALE, GREEN);
    }

    @Test
    void leavesImagesOfDataSetsAsTheyAreStored(@TempDir Path folder) throws IOException {
        byte[] turned = Pictures.jpegWithExif(Pictures.stored("plain.jpg"), Pictures.exif(6));
        Path file = Files.write(folder.resolve("a.jpg"), turned);
        assertQuarters(ImageDecoder.readAsStored(file, ImageLimits.DEFAULT), RED, GREEN, BLUE, PALE);
    }

    @Test
    void takesImagesWithUnreadableMetadataAsTheyLie() {
        byte[] rubbish = new byte[200];
        Arrays.fill(rubbish, (byte) 0xA5);
        assertQuarters(read(Pictures.jpegWithExif(Pictures.stored("plain.jpg"), rubbish)), RED, GREEN, BLUE, PALE);
        assertQuarters(
                read(Pictures.jpegWithExif(Pictures.stored("plain.jpg"), Pictures.exif(99))), RED, GREEN, BLUE, PALE);
    }

    @Test
    void readsFilesAndNamesThemInErrors(@TempDir Path folder) throws Exception {
        Path good = Files.write(folder.resolve("good.jpg"), Pictures.stored("plain.jpg"));
        assertQuarters(ImageDecoder.read(good, ImageLimits.DEFAULT), RED, GREEN, BLUE, PALE);
        Path bad = Files.write(folder.resolve("bad.jpg"), new byte[] {1, 2, 3});
        assertThat(catchThrowableOfType(ImageException.class, () -> ImageDecoder.read(bad, ImageLimits.DEFAULT))
                        .getMessage())
                .contains("image=bad.jpg");
    }

    @Test
    void givesTheSamePixelsToManyThreads() {
        byte[][] pictures = {Pictures.stored("plain.jpg"), Pictures.stored("lossy.webp"), Pictures.stored("alpha.png")};
        for (byte[] picture : pictures) {
            byte[] alone = read(picture).rgb();
            assertThat(IntStream.range(0, 200)
                            .parallel()
                            .mapToObj(i -> read(picture).rgb()))
                    .allMatch(rgb -> Arrays.equals(rgb, alone));
        }
    }

    @Test
    void readsPicturesOfOnePixel() {
        for (String format : new String[] {"png", "jpg"}) {
            Raster raster = read(Pictures.written(new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR), format));
            assertThat(raster.height() * raster.width()).isEqualTo(1);
        }
    }

    private static byte[] replace(byte[] png, byte[] chunk) {
        ByteBuffer source = ByteBuffer.wrap(png);
        int at = 8;
        while (source.getInt(at + 4) != 0x65584966) {
            at += 12 + source.getInt(at);
        }
        int end = at + 12 + source.getInt(at);
        return ByteBuffer.allocate(png.length - (end - at) + chunk.length)
                .put(png, 0, at)
                .put(chunk)
                .put(png, end, png.length - end)
                .array();
    }

    private static Raster read(byte[] bytes) {
        return ImageDecoder.read(bytes, ImageLimits.DEFAULT);
    }

    /** The colours at the middles of the quarters: upper left, upper right, lower left, lower right. */
    private static void assertQuarters(Raster raster, int[]... colors) {
        for (int quarter = 0; quarter < 4; quarter++) {
            int y = raster.height() * (quarter < 2 ? 1 : 3) / 4;
            int x = raster.width() * (quarter % 2 == 0 ? 1 : 3) / 4;
            assertQuarter(raster, y, x, colors[quarter]);
        }
    }

    private static void assertQuarter(Raster raster, int y, int x, int... color) {
        int[] pixel = Pictures.pixel(raster, y, x);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(pixel[channel]).as("y=%d, x=%d", y, x).isCloseTo(color[channel], within(2));
        }
    }
}
