package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class ImageHeaderTest {
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20, 4096);

    private final long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());

    @ParameterizedTest
    @CsvSource({
        "plain.jpg,JPEG,24,32",
        "progressive.jpg,JPEG,24,32",
        "cmyk.jpg,JPEG,24,32",
        "grey.jpg,JPEG,24,32",
        "rubbish-profile.jpg,JPEG,24,32",
        "alpha.png,PNG,24,32",
        "palette-alpha.png,PNG,24,32",
        "turned.png,PNG,32,24",
        "lossy.webp,WEBP,24,32",
        "lossless.webp,WEBP,24,32",
        "alpha.webp,WEBP,24,32",
        "alpha-lossy.webp,WEBP,24,32",
        "animated.webp,WEBP,24,32",
        "lzw.tiff,TIFF,24,32",
        "palette.tiff,TIFF,24,32",
        "alpha.tiff,TIFF,24,32",
        "turned.webp,WEBP,32,24",
        "rubbish-profile.webp,WEBP,24,32",
        "srgb-profile.webp,WEBP,24,32"
    })
    void saysWhatTheDecoderMakes(String name, ImageFormat format, int height, int width) {
        byte[] bytes = Pictures.stored(name);
        ImageHeader header = ImageHeader.read(bytes, LIMITS);
        Raster raster = ImageDecoder.read(bytes, LIMITS);
        assertThat(header.format()).isEqualTo(format);
        assertThat(new int[] {header.height(), header.width()})
                .containsExactly(height, width)
                .containsExactly(raster.height(), raster.width());
        assertThat(header.decodingBytes()).isGreaterThan(3L * height * width);
    }

    /** Whatever is damaged: what the header refuses the decoder refuses, and they never speak of two sizes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "rubbish-profile.jpg",
                "alpha.png",
                "turned.png",
                "lossy.webp",
                "lzw.tiff",
                "palette.tiff",
                "alpha.tiff",
                "alpha-lossy.webp",
                "animated.webp"
            })
    void agreesWithTheDecoderOnDamagedHeaders(String name) {
        System.out.println("facet.fuzz.seed=" + seed);
        Random random = new Random(seed);
        byte[] bytes = Pictures.stored(name);
        for (int round = 0; round < 400; round++) {
            byte[] damaged = bytes.clone();
            for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
                damaged[random.nextInt(Math.min(80 + 4 * round, damaged.length))] ^= (byte) (1 << random.nextInt(8));
            }
            ImageHeader header = null;
            ImageFault refused = null;
            try {
                header = ImageHeader.read(damaged, LIMITS);
            } catch (ImageException e) {
                refused = e.fault();
            }
            try {
                Raster raster = ImageDecoder.read(damaged, LIMITS);
                assertThat(header).as("round %d [seed=%d]", round, seed).isNotNull();
                assertThat(new int[] {header.height(), header.width()})
                        .as("round %d [seed=%d]", round, seed)
                        .containsExactly(raster.height(), raster.width());
            } catch (ImageException e) {
                if (refused != null) {
                    assertThat(e.fault()).isEqualTo(refused);
                }
            }
        }
    }

    @Test
    void allocatesNothingForWhatHeadersClaim() {
        ImageLimits generous = new ImageLimits(1 << 20, Long.MAX_VALUE, Integer.MAX_VALUE);
        byte[] png = Pictures.png(
                Pictures.header(2_000_000_000, 2_000_000_000, 16, 6),
                Pictures.chunk("IDAT", new byte[0]),
                Pictures.chunk("IEND", new byte[0]));
        ImageHeader header = ImageHeader.read(png, generous);
        assertThat(header.height()).isEqualTo(2_000_000_000);
        assertThat(header.decodingBytes()).isGreaterThan(Long.MAX_VALUE / 10);
        assertThat(ImageHeader.read(jpeg(65_535, 65_535), generous).decodingBytes())
                .isGreaterThan(12_000_000_000L);
    }

    @Test
    void refusesWhatIsAboveTheLimits() {
        assertThatCode(() -> ImageHeader.read(jpeg(65_535, 65_535), LIMITS))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(ImageFault.TOO_MANY_PIXELS));
        assertThatCode(() -> ImageHeader.read(new byte[2 << 20], LIMITS))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(ImageFault.TOO_MANY_BYTES));
        assertThatCode(() -> ImageHeader.read(new byte[] {-1, -40, -1, -39, 0, 0}, LIMITS))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(ImageFault.CORRUPT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1 << 20, Integer.MAX_VALUE})
    void ignoresAProfileThatIsNotWholeAndAllocatesNothingForIt(int claimed) {
        byte[] profile = ByteBuffer.allocate(200).putInt(claimed).array();
        byte[] plain = Pictures.stored("plain.jpg");
        ByteBuffer segment = ByteBuffer.allocate(18 + profile.length)
                .putShort((short) 0xFFE2)
                .putShort((short) (16 + profile.length))
                .put("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 1)
                .put(profile);
        byte[] jpeg = ByteBuffer.allocate(plain.length + segment.capacity())
                .put(plain, 0, 2)
                .put(segment.array())
                .put(plain, 2, plain.length - 2)
                .array();
        assertThat(ImageDecoder.read(jpeg, LIMITS).rgb())
                .isEqualTo(ImageDecoder.read(plain, LIMITS).rgb());
    }

    private static byte[] jpeg(int height, int width) {
        byte[] jpeg = Pictures.stored("plain.jpg");
        for (int at = 2; ; at++) {
            if (jpeg[at] == -1 && jpeg[at + 1] == (byte) 0xC0) {
                ByteBuffer.wrap(jpeg).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
                return Arrays.copyOf(jpeg, jpeg.length);
            }
        }
    }
}
