package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged images end in an {@link ImageException} or in a raster within the limits, in bounded time. */
@Timeout(300)
class ImageDecoderFuzzTest {
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20, 4096);
    private static final int ROUNDS = 250;

    private final long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "rubbish-profile.jpg",
                "alpha.png",
                "palette-alpha.png",
                "turned.png",
                "lossy.webp",
                "lossless.webp",
                "lzw.tiff",
                "palette.tiff",
                "alpha.tiff",
                "alpha-lossy.webp",
                "animated.webp",
                "srgb-profile.webp"
            })
    void damagedImagesAreRefusedOrReadWithinBounds(String name) {
        System.out.println("facet.fuzz.seed=" + seed);
        Random random = new Random(seed);
        byte[] bytes = Pictures.stored(name);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = bytes.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (random.nextInt(8) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            if (name.endsWith(".png") && random.nextInt(4) > 0) {
                repairChecksums(damaged);
            }
            read(name, round, damaged);
        }
    }

    private void read(String name, int round, byte[] damaged) {
        long begin = System.nanoTime();
        try {
            Raster raster = ImageDecoder.read(damaged, LIMITS);
            assertThat((long) raster.height() * raster.width()).isLessThanOrEqualTo(LIMITS.maxPixels());
        } catch (ImageException e) {
            assertThat(e.fault()).isNotNull();
        } catch (Throwable e) {
            throw new AssertionError("%s, round %d [seed=%d]".formatted(name, round, seed), e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("%s, round %d [seed=%d]", name, round, seed)
                .isLessThan(Duration.ofSeconds(60));
    }

    /** Without this, a PNG's flipped bits would reach no decoder. */
    private static void repairChecksums(byte[] png) {
        ByteBuffer buffer = ByteBuffer.wrap(png);
        int at = 8;
        while (at + 12 <= png.length) {
            int length = buffer.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                return;
            }
            CRC32 checksum = new CRC32();
            checksum.update(png, at + 4, 4 + length);
            buffer.putInt(at + 8 + length, (int) checksum.getValue());
            at += 12 + length;
        }
    }
}
