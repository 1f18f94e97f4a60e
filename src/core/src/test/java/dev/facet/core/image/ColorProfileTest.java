package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColorProfileTest {
    private static final byte[] JPEG = Pictures.stored("plain.jpg");

    @Test
    void thePixelsWithTheProfileAreTheSameInEveryFormat() {
        byte[] profile = Profiles.swapped();
        Raster plain = read(JPEG);
        byte[] converted = read(Profiles.inJpeg(JPEG, profile, 1000)).rgb();
        byte[] png = PngWriter.rgb8(plain.height(), plain.width(), plain.rgb(), Map.of());
        assertThat(read(Profiles.inPng(png, Pictures.deflated(profile))).rgb()).isEqualTo(converted);
        for (int i = 0; i < converted.length; i += 3) {
            assertThat(converted[i] & 0xFF).isCloseTo(plain.rgb()[i + 2] & 0xFF, within(1));
            assertThat(converted[i + 1] & 0xFF).isCloseTo(plain.rgb()[i + 1] & 0xFF, within(1));
            assertThat(converted[i + 2] & 0xFF).isCloseTo(plain.rgb()[i] & 0xFF, within(1));
        }

        byte[] webp = Pictures.stored("lossless.webp");
        Raster lossless = read(webp);
        byte[] same = PngWriter.rgb8(24, 32, lossless.rgb(), Map.of());
        assertThat(read(Profiles.inWebp(webp, profile, 24, 32)).rgb())
                .isEqualTo(
                        read(Profiles.inPng(same, Pictures.deflated(profile))).rgb())
                .isNotEqualTo(lossless.rgb());
    }

    /** By LittleCMS 2.19, relative colorimetric. */
    @ParameterizedTest
    @CsvSource({
        "255 255 255,255 255 255",
        "0 0 0,0 0 0",
        "100 150 200,66 151 203",
        "200 120 90,224 121 88",
        "30 40 20,18 35 10",
        "250 10 250,255 3 255"
    })
    void convertsAsLittleCmsDoes(String from, String to) {
        byte[] profile = Profiles.colors(Profiles.ADOBE_RGB, Profiles.gamma(2.19921875));
        int[] expected =
                Arrays.stream(to.split(" ")).mapToInt(Integer::parseInt).toArray();
        byte[] color = new byte[3];
        for (int channel = 0; channel < 3; channel++) {
            color[channel] = (byte) Integer.parseInt(from.split(" ")[channel]);
        }
        byte[] png = PngWriter.rgb8(1, 1, color, Map.of());
        int[] pixel = Pictures.pixel(read(Profiles.inPng(png, Pictures.deflated(profile))), 0, 0);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(pixel[channel]).isCloseTo(expected[channel], within(1));
        }
    }

    @Test
    void convertsGreyByItsCurve() {
        byte[] png = PngWriter.grey8(1, 1, new byte[] {100}, Map.of());
        int[] pixel =
                Pictures.pixel(read(Profiles.inPng(png, Pictures.deflated(Profiles.grey(Profiles.gamma(1))))), 0, 0);
        // sRGB's curve at 100/255 of the light.
        int expected = (int) Math.round(255 * (1.055 * Math.pow(100 / 255.0, 1 / 2.4) - 0.055));
        assertThat(pixel).containsExactly(expected, expected, expected);
        byte[] jpeg = Pictures.stored("grey.jpg");
        assertThat(read(Profiles.inJpeg(jpeg, Profiles.grey(Profiles.gamma(1)), 1000))
                        .rgb())
                .isNotEqualTo(read(jpeg).rgb());
    }

    @Test
    void leavesSamplesOfSrgbAsTheyAre() {
        byte[] profile = Profiles.colors(Profiles.SRGB, Profiles.srgbCurve());
        assertThat(read(Profiles.inJpeg(JPEG, profile, 65_519)).rgb())
                .isEqualTo(read(JPEG).rgb());
    }

    @Test
    void ignoresAProfileOfAnotherKindOfPicture() {
        byte[] grey = Profiles.grey(Profiles.gamma(1));
        assertThat(read(Profiles.inJpeg(JPEG, grey, 1000)).rgb())
                .isEqualTo(read(JPEG).rgb());
    }

    /** What can't be used is ignored, in every format: the picture isn't damaged. */
    @ParameterizedTest
    @ValueSource(
            strings = {"empty", "truncated", "claims 2 GiB", "rubbish", "tags beyond", "curve beyond", "no tags", "NaN"
            })
    void ignoresAProfileThatMakesNoSense(String kind) {
        byte[] whole = Profiles.swapped();
        byte[] profile = switch (kind) {
            case "empty" -> new byte[0];
            case "truncated" -> Arrays.copyOf(whole, whole.length - 1);
            case "claims 2 GiB" ->
                ByteBuffer.wrap(whole).putInt(0, Integer.MAX_VALUE).array();
            case "rubbish" -> Profiles.ascii("no profile at all".repeat(20));
            case "tags beyond" -> ByteBuffer.wrap(whole).putInt(136, 1 << 30).array();
            case "curve beyond" ->
                Profiles.colors(
                        Profiles.SRGB,
                        ByteBuffer.allocate(16)
                                .put(Profiles.ascii("curv"))
                                .putInt(0)
                                .putInt(Integer.MAX_VALUE)
                                .array());
            case "no tags" -> ByteBuffer.wrap(whole).putInt(128, 0).array();
            default -> {
                byte[] curve = Profiles.srgbCurve();
                ByteBuffer.wrap(curve).putInt(12, -1 << 16).putInt(20, 0).putInt(28, 0);
                yield Profiles.colors(Profiles.SRGB, curve);
            }
        };
        assertIgnored(profile);
    }

    @Test
    void everyDamagedProfileIsIgnoredOrUsed() {
        byte[] whole = Profiles.swapped();
        long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());
        System.out.println("facet.fuzz.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Raster raster = read(Profiles.inJpeg(JPEG, damaged, 100));
            assertThat(raster.width()).as("round %d [seed=%d]", round, seed).isEqualTo(32);
        }
    }

    @Test
    void ignoresAProfileWithAMissingPart() {
        byte[] jpeg = Profiles.inJpeg(JPEG, Profiles.swapped(), 100);
        byte[] without = new byte[jpeg.length - 118];
        System.arraycopy(jpeg, 0, without, 0, 2);
        System.arraycopy(jpeg, 120, without, 2, jpeg.length - 120);
        assertThat(read(without).rgb()).isEqualTo(read(JPEG).rgb());
    }

    @Test
    void holdsATablesSizeAgainstItsBytes() {
        // Fifteen channels of 255 steps each.
        ByteBuffer table = ByteBuffer.allocate(200).put(Profiles.ascii("mft2"));
        table.put(8, (byte) 15).put(9, (byte) 3).put(10, (byte) 255);
        assertThat(IccTables.isWhole(table)).isFalse();
        table.put(8, (byte) 1).put(10, (byte) 2).putShort(48, (short) 2).putShort(50, (short) 2);
        assertThat(IccTables.isWhole(table)).isTrue();
        ByteBuffer grid = ByteBuffer.allocate(200).put(Profiles.ascii("mAB "));
        grid.put(8, (byte) 4).put(9, (byte) 3).putInt(24, 100);
        for (int i = 0; i < 4; i++) {
            grid.put(100 + i, (byte) 33);
        }
        grid.put(116, (byte) 2);
        assertThat(IccTables.isWhole(grid)).isFalse();
        grid.putInt(24, Integer.MAX_VALUE);
        assertThat(IccTables.isWhole(grid)).isFalse();
    }

    private static void assertIgnored(byte[] profile) {
        assertThat(read(Profiles.inJpeg(JPEG, profile, 65_519)).rgb())
                .isEqualTo(read(JPEG).rgb());
        byte[] png = Pictures.stored("alpha.png");
        byte[] plain = read(png).rgb();
        assertThat(read(Profiles.inPng(png, Pictures.deflated(profile))).rgb()).isEqualTo(plain);
        assertThat(read(Profiles.inPng(png, new byte[] {1, 2, 3})).rgb()).isEqualTo(plain);
        byte[] webp = Pictures.stored("lossless.webp");
        assertThat(read(Profiles.inWebp(webp, profile, 24, 32)).rgb())
                .isEqualTo(read(webp).rgb());
    }

    private static Raster read(byte[] bytes) {
        return ImageDecoder.read(bytes, ImageLimits.DEFAULT);
    }
}
