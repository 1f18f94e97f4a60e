package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HostileImageTest {
    @Test
    void tellsEmptyAndUnknownFilesApart() {
        assertThat(fault(new byte[0])).isEqualTo(ImageFault.EMPTY);
        assertThat(fault(new byte[] {0})).isEqualTo(ImageFault.UNSUPPORTED_FORMAT);
        assertThat(fault("GIF89a and so on".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(ImageFault.UNSUPPORTED_FORMAT);
        assertThat(fault("RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(ImageFault.UNSUPPORTED_FORMAT);
    }

    @ParameterizedTest
    @CsvSource({
        "'....ftypheic....mif1heic',HEIC",
        "'....ftypmif1....mif1avif',AVIF",
        "'....ftypavif....avifmif1',AVIF",
        "'....ftypisom....isommp42',MP4",
        "'GIF89a and so on',GIF",
        "'BM and so on',BMP",
        "'8BPS and so on',Photoshop",
        "'<svg xmlns=',SVG"
    })
    void namesAFormatThatItDoesNotReadAndWhatToConvertTo(String begin, String name) {
        byte[] file = begin.getBytes(StandardCharsets.US_ASCII);
        if (begin.startsWith("....")) {
            ByteBuffer.wrap(file).putInt(0, file.length);
        }
        assertThatThrownBy(() -> ImageHeader.read(file, ImageLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(ImageFault.UNSUPPORTED_FORMAT))
                .hasMessageStartingWith(name)
                .hasMessageContaining("convert it to JPEG or PNG");
    }

    @Test
    void namesTheKindsOfTiffThatItDoesNotRead() {
        byte[] tiff = Pictures.tiff(2, 2, 3, 8, new byte[12]);
        // Values of entries 2 (bits), 3 (compression) and 4 (photometric interpretation).
        assertUnsupported(ByteBuffer.wrap(tiff.clone()).putInt(18 + 24, 32).array(), "32 bits");
        assertUnsupported(ByteBuffer.wrap(tiff.clone()).putInt(18 + 36, 7).array(), "JPEG compression");
        assertUnsupported(ByteBuffer.wrap(tiff.clone()).putInt(18 + 48, 5).array(), "CMYK");
        assertUnsupported(ByteBuffer.wrap(tiff.clone()).putShort(2, (short) 43).array(), "BigTIFF");
        assertUnsupported(
                ByteBuffer.wrap(tiff.clone())
                        .putShort(10, (short) 254)
                        .putInt(18, 1)
                        .array(),
                "raw image of a camera");
    }

    @Test
    void refusesTiffsWhosePiecesLieOutsideTheFile() {
        byte[] tiff = Pictures.tiff(2, 2, 3, 8, new byte[12]);
        assertThat(ImageDecoder.read(tiff, ImageLimits.DEFAULT).height()).isEqualTo(2);
        for (int value : new int[] {-1, Integer.MAX_VALUE, tiff.length}) {
            assertThat(fault(
                            ByteBuffer.wrap(tiff.clone()).putInt(18 + 60, value).array()))
                    .isEqualTo(ImageFault.CORRUPT);
            assertThat(fault(
                            ByteBuffer.wrap(tiff.clone()).putInt(18 + 96, value).array()))
                    .isEqualTo(ImageFault.CORRUPT);
        }
        assertThat(fault(ByteBuffer.wrap(tiff.clone()).putInt(18, 40_000).array()))
                .isEqualTo(ImageFault.TOO_MANY_PIXELS);
        assertThat(fault(ByteBuffer.wrap(tiff.clone()).putInt(14, 1 << 30).array()))
                .isEqualTo(ImageFault.CORRUPT);
    }

    private static void assertUnsupported(byte[] tiff, String name) {
        assertThatThrownBy(() -> ImageHeader.read(tiff, ImageLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(ImageFault.UNSUPPORTED_FORMAT))
                .hasMessageContaining(name);
    }

    @Test
    void refusesMoreBytesThanTheLimit() {
        assertThat(fault(Pictures.stored("plain.jpg"), new ImageLimits(100, 1000, 1000)))
                .isEqualTo(ImageFault.TOO_MANY_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.jpg", "alpha.png", "lossy.webp", "lossless.webp", "animated.webp"})
    void refusesMorePixelsOrALongerSideThanTheLimit(String name) {
        byte[] bytes = Pictures.stored(name);
        assertThat(fault(bytes, new ImageLimits(1 << 20, 24 * 32 - 1, 32))).isEqualTo(ImageFault.TOO_MANY_PIXELS);
        assertThat(fault(bytes, new ImageLimits(1 << 20, 24 * 32, 31))).isEqualTo(ImageFault.TOO_MANY_PIXELS);
        assertThat(ImageDecoder.read(bytes, new ImageLimits(1 << 20, 24 * 32, 32))
                        .width())
                .isEqualTo(32);
    }

    @Test
    void refusesHeadersOfHugePicturesWithoutReadingOn() {
        byte[] png = Pictures.png(Pictures.header(30_000, 30_000, 8, 2));
        assertThat(fault(png)).isEqualTo(ImageFault.TOO_MANY_PIXELS);
        assertThat(fault(Pictures.png(Pictures.header(-1, 10, 8, 2)))).isEqualTo(ImageFault.CORRUPT);
        assertThat(fault(Pictures.png(Pictures.header(0, 10, 8, 2)))).isEqualTo(ImageFault.CORRUPT);
        byte[] jpeg = Pictures.stored("plain.jpg");
        for (int at = 2; ; at++) {
            if (jpeg[at] == -1 && jpeg[at + 1] == (byte) 0xC0) {
                Arrays.fill(jpeg, at + 5, at + 9, (byte) 0xFF);
                break;
            }
        }
        assertThat(fault(jpeg)).isEqualTo(ImageFault.TOO_MANY_PIXELS);
    }

    @Test
    void refusesAWebpFrameThatIsLargerThanItsCanvas() {
        byte[] webp = Pictures.stored("alpha-lossy.webp");
        int frame = new String(webp, StandardCharsets.ISO_8859_1).indexOf("VP8 ") + 8;
        ByteBuffer.wrap(webp).putShort(frame + 6, (short) 0xFF3F).putShort(frame + 8, (short) 0xFF3F);
        assertThat(fault(webp)).isEqualTo(ImageFault.TOO_MANY_PIXELS);
    }

    @Test
    void readsPngsWhosePixelDataGoOnForeverButNoFurtherThanThePicture() {
        // A thousandfold packed: 64 MiB of zeros behind a picture of 2×2.
        byte[] bomb = Pictures.png(
                Pictures.header(2, 2, 8, 0),
                Pictures.chunk("IDAT", Pictures.deflated(new byte[64 << 20])),
                Pictures.chunk("IEND", new byte[0]));
        assertThat(ImageDecoder.read(bomb, ImageLimits.DEFAULT).height()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iTXt", "iCCP", "tEXt", "eXIf", "sPLT", "acTL", "vpAg"})
    void passesOverHugeAndMalformedAncillaryChunks(String type) {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes("key\0\0".getBytes(StandardCharsets.US_ASCII));
        bomb.writeBytes(Pictures.deflated(new byte[32 << 20]));
        for (byte[] content : new byte[][] {bomb.toByteArray(), new byte[0], new byte[1 << 20], {1}}) {
            byte[] png = Pictures.png(
                    Pictures.header(1, 1, 8, 0),
                    Pictures.chunk(type, content),
                    Pictures.chunk("IDAT", Pictures.deflated(new byte[] {0, 77})),
                    Pictures.chunk("IEND", new byte[0]));
            assertThat(Pictures.pixel(ImageDecoder.read(png, ImageLimits.DEFAULT), 0, 0))
                    .containsExactly(77, 77, 77);
        }
    }

    @Test
    void refusesPngsWithoutEnoughPixelData() {
        for (byte[] rows : new byte[][] {{}, {0, 1}, {0, 1, 2, 0, 1}, {9, 1, 2, 0, 1, 2}}) {
            byte[] png = Pictures.png(
                    Pictures.header(2, 2, 8, 0),
                    Pictures.chunk("IDAT", Pictures.deflated(rows)),
                    Pictures.chunk("IEND", new byte[0]));
            assertThat(fault(png)).as(Arrays.toString(rows)).isEqualTo(ImageFault.CORRUPT);
        }
        assertThat(fault(Pictures.png(Pictures.header(2, 2, 8, 0), Pictures.chunk("IEND", new byte[0]))))
                .isEqualTo(ImageFault.CORRUPT);
    }

    @Test
    void refusesIndicesOutsideThePaletteOrReadsThem() {
        byte[] png = Pictures.png(
                Pictures.header(1, 2, 8, 3),
                Pictures.chunk("PLTE", new byte[] {1, 2, 3}),
                Pictures.chunk("IDAT", Pictures.deflated(new byte[] {0, 0, (byte) 200})),
                Pictures.chunk("IEND", new byte[0]));
        try {
            assertThat(Pictures.pixel(ImageDecoder.read(png, ImageLimits.DEFAULT), 0, 0))
                    .containsExactly(1, 2, 3);
        } catch (ImageException e) {
            assertThat(e.fault()).isEqualTo(ImageFault.CORRUPT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "grey.jpg",
                "alpha.png",
                "palette-alpha.png",
                "lossy.webp",
                "lossless.webp",
                "lzw.tiff",
                "palette.tiff",
                "alpha.tiff",
                "alpha-lossy.webp",
                "animated.webp"
            })
    void refusesEveryTruncation(String name) {
        byte[] bytes = Pictures.stored(name);
        for (int length = 1; length < bytes.length; length++) {
            assertThat(fault(Arrays.copyOf(bytes, length)))
                    .as("%s, %d bytes", name, length)
                    .isIn(ImageFault.CORRUPT, ImageFault.UNSUPPORTED_FORMAT);
        }
    }

    @Test
    void refusesProgressiveJpegsOfEndlessScans() {
        byte[] jpeg = Pictures.stored("progressive.jpg");
        int scan = jpeg.length - 2;
        while (jpeg[scan] != -1 || jpeg[scan + 1] != (byte) 0xDA) {
            scan--;
        }
        assertThat(ImageDecoder.read(jpeg, ImageLimits.DEFAULT).width()).isEqualTo(32);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 10_000; i++) {
            many.write(jpeg, scan, jpeg.length - 2 - scan);
        }
        many.write(jpeg, jpeg.length - 2, 2);
        assertThat(fault(many.toByteArray())).isEqualTo(ImageFault.CORRUPT);
    }

    @Test
    void countsNoScansInMetadata() {
        byte[] thumbnail = new byte[1000];
        for (int i = 0; i < thumbnail.length; i += 2) {
            thumbnail[i] = -1;
            thumbnail[i + 1] = (byte) 0xDA;
        }
        byte[] plain = Pictures.stored("plain.jpg");
        assertThat(ImageDecoder.read(Pictures.jpegWithExif(plain, thumbnail), ImageLimits.DEFAULT)
                        .rgb())
                .isEqualTo(ImageDecoder.read(plain, ImageLimits.DEFAULT).rgb());
    }

    @Test
    void refusesAPngWithAWrongChecksum() {
        byte[] png = Pictures.stored("alpha.png");
        png[png.length - 20] ^= 1;
        assertThat(fault(png)).isEqualTo(ImageFault.CORRUPT);
    }

    private static ImageFault fault(byte[] bytes) {
        return fault(bytes, ImageLimits.DEFAULT);
    }

    private static ImageFault fault(byte[] bytes, ImageLimits limits) {
        ImageException e = catchThrowableOfType(ImageException.class, () -> ImageDecoder.read(bytes, limits));
        assertThat(e).as("accepted").isNotNull();
        return e.fault();
    }
}
