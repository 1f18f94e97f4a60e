package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.metadata.IIOMetadata;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Node;

class PngWriterTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 29;

    private final Random random = new Random(3);

    @Test
    void otherReadersFindTheSamplesThatWereWritten() throws IOException {
        byte[] grey = bytes(1);
        assertSamples(PngWriter.grey8(HEIGHT, WIDTH, grey, Map.of()), 1, widened(grey));
        short[] grey16 = shorts(1);
        assertSamples(PngWriter.grey16(HEIGHT, WIDTH, grey16, Map.of()), 1, widened(grey16));
        byte[] rgb = bytes(3);
        assertSamples(PngWriter.rgb8(HEIGHT, WIDTH, rgb, Map.of()), 3, widened(rgb));
        short[] rgb16 = shorts(3);
        assertSamples(PngWriter.rgb16(HEIGHT, WIDTH, rgb16, Map.of()), 3, widened(rgb16));
    }

    @Test
    void palettesKeepIndicesAndColors() throws IOException {
        byte[] indices = bytes(1);
        int[] colors = random.ints(256, 0, 1 << 24).toArray();
        byte[] png = PngWriter.palette(HEIGHT, WIDTH, indices, colors, Map.of());
        assertSamples(png, 1, widened(indices));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getRGB(5, 7) & 0xFFFFFF).isEqualTo(colors[indices[7 * WIDTH + 5] & 0xFF]);
        assertThat(SampleReader.read(png, ImageLimits.DEFAULT).palette().orElseThrow())
                .isEqualTo(colors);
    }

    @Test
    void textsAreThereForOtherReaders() throws IOException {
        byte[] png = PngWriter.grey16(1, 1, new short[] {5}, Map.of("Scale", "0.001"));
        var reader = ImageIO.getImageReadersByFormatName("png").next();
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(png)));
        IIOMetadata metadata = reader.getImageMetadata(0);
        Node tree = metadata.getAsTree("javax_imageio_png_1.0");
        Node entry = child(child(tree, "tEXt"), "tEXtEntry");
        assertThat(entry.getAttributes().getNamedItem("keyword").getNodeValue()).isEqualTo("Scale");
        assertThat(entry.getAttributes().getNamedItem("value").getNodeValue()).isEqualTo("0.001");
        reader.dispose();
    }

    @Test
    void theSamePictureGivesTheSameBytes() {
        byte[] rgb = bytes(3);
        assertThat(PngWriter.rgb8(HEIGHT, WIDTH, rgb, Map.of()))
                .isEqualTo(PngWriter.rgb8(HEIGHT, WIDTH, rgb, Map.of()));
    }

    @Test
    void refusesSamplesOfAnotherSize() {
        assertThatThrownBy(() -> PngWriter.grey8(2, 2, new byte[3], Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes=3");
    }

    private static Node child(Node parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no " + name);
    }

    private static void assertSamples(byte[] png, int channels, int[] expected) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getRaster().getNumBands()).isEqualTo(channels);
        assertThat(image.getRaster().getPixels(0, 0, WIDTH, HEIGHT, (int[]) null))
                .isEqualTo(expected);
    }

    private byte[] bytes(int channels) {
        byte[] bytes = new byte[HEIGHT * WIDTH * channels];
        random.nextBytes(bytes);
        return bytes;
    }

    private short[] shorts(int channels) {
        short[] shorts = new short[HEIGHT * WIDTH * channels];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = (short) random.nextInt();
        }
        return shorts;
    }

    private static int[] widened(byte[] values) {
        int[] widened = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i] & 0xFF;
        }
        return widened;
    }

    private static int[] widened(short[] values) {
        int[] widened = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i] & 0xFFFF;
        }
        return widened;
    }
}
