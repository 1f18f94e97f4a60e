package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SampleReaderTest {
    @Test
    void readsSamplesOfEveryDepthAsTheyAreStored() throws IOException {
        for (int bits : new int[] {1, 2, 4}) {
            int[] values = {0, (1 << bits) - 1, 1, 0, (1 << bits) / 2};
            byte[] ramp = new byte[1 << bits];
            for (int i = 0; i < ramp.length; i++) {
                ramp[i] = (byte) (i * 255 / (ramp.length - 1));
            }
            IndexColorModel grey = new IndexColorModel(bits, ramp.length, ramp, ramp, ramp);
            PngSamples samples = written(new BufferedImage(5, 1, BufferedImage.TYPE_BYTE_BINARY, grey), values);
            assertThat(values(samples)).containsExactly(values);
            assertThat(samples.bits()).isEqualTo(bits);
        }
        PngSamples bytes = written(new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY), 0, 100, 255);
        assertThat(values(bytes)).containsExactly(0, 100, 255);
        assertThat(bytes.description()).isEqualTo("8-bit grey");
        PngSamples words = written(new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY), 0, 12345, 65535);
        assertThat(values(words)).containsExactly(0, 12345, 65535);
        assertThat(words.bits()).isEqualTo(16);
        PngSamples colors = written(new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB), 1, 2, 3, 4, 5, 6);
        assertThat(values(colors)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(colors.description()).isEqualTo("8-bit RGB");
    }

    @Test
    void readsIndicesOfAPaletteWithATransparentColor() throws IOException {
        byte[] level = {10, 20, 30, 40};
        BufferedImage image = new BufferedImage(
                4, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 4, level, level, level));
        image.getRaster().setPixels(0, 0, 4, 1, new int[] {3, 0, 1, 2});
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);

        PngSamples samples = SampleReader.read(withTransparency(png.toByteArray()), ImageLimits.DEFAULT);

        assertThat(values(samples)).containsExactly(3, 0, 1, 2);
        assertThat(samples.palette().orElseThrow()).startsWith(0x0A0A0A, 0x141414, 0x1E1E1E, 0x282828);
    }

    @Test
    void refusesWhatIsNotAPng() {
        assertThatThrownBy(() ->
                        SampleReader.read(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0}, ImageLimits.DEFAULT))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("expected PNG");
        assertThatThrownBy(() -> SampleReader.read(new byte[0], ImageLimits.DEFAULT))
                .isInstanceOf(ImageException.class);
    }

    /** Puts a tRNS chunk before the first IDAT; the JDK's writer would sort the palette. */
    private static byte[] withTransparency(byte[] png) {
        ByteBuffer source = ByteBuffer.wrap(png);
        int at = 8;
        while (source.getInt(at + 4) != 0x49444154) {
            at += 12 + source.getInt(at);
        }
        byte[] chunk = {'t', 'R', 'N', 'S', 0, (byte) 255, 100};
        CRC32 checksum = new CRC32();
        checksum.update(chunk);
        ByteBuffer target = ByteBuffer.allocate(png.length + 15);
        target.put(png, 0, at).putInt(3).put(chunk).putInt((int) checksum.getValue());
        return target.put(png, at, png.length - at).array();
    }

    private static int[] values(PngSamples samples) {
        int[] values = new int[samples.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples.values()[i];
        }
        return values;
    }

    private static PngSamples written(BufferedImage image, int... values) throws IOException {
        image.getRaster().setPixels(0, 0, image.getWidth(), image.getHeight(), values);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return SampleReader.read(bytes.toByteArray(), ImageLimits.DEFAULT);
    }
}
