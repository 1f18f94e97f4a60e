package dev.facet.cli.reliability;

import dev.facet.core.image.PngWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images to send, drawn from a seed, and small files that come with the campaign. */
final class ImageSamples {
    private ImageSamples() {}

    /** A gradient with noise on it, uint8 [height, width, 3]. */
    private static byte[] rgb(int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] rgb = new byte[height * width * 3];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (255L * (i % 3 == 0 ? x : y) / Math.max(height, width) + random.nextInt(24));
        }
        return rgb;
    }

    static byte[] png(int height, int width, long seed) {
        return PngWriter.rgb8(height, width, rgb(height, width, seed), Map.of());
    }

    static byte[] jpeg(int height, int width, long seed) throws IOException {
        byte[] rgb = rgb(height, width, seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            int color = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            image.setRGB(i % width, i / width, color);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    /** A file that comes with the campaign, for example {@code lossy.webp}. */
    static byte[] resource(String name) throws IOException {
        try (InputStream in = ImageSamples.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("a file of the campaign is missing: name='%s' (bug)".formatted(name));
            }
            return in.readAllBytes();
        }
    }
}
