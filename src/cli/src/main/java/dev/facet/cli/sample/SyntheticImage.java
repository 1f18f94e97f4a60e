package dev.facet.cli.sample;

import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Pictures that belong to nobody, drawn from a seed: a colour gradient with discs on it. For self-tests and measurements. */
public final class SyntheticImage {
    private static final int DISCS = 12;

    private SyntheticImage() {}

    /** uint8 [height, width, 3], RGB. */
    public static byte[] draw(int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] from = color(random);
        int[] to = color(random);
        byte[] rgb = new byte[height * width * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double t = (double) (x + y) / (height + width);
                for (int channel = 0; channel < 3; channel++) {
                    rgb[(y * width + x) * 3 + channel] = (byte) (from[channel] + t * (to[channel] - from[channel]));
                }
            }
        }
        for (int i = 0; i < DISCS; i++) {
            disc(rgb, height, width, random);
        }
        return rgb;
    }

    /** The same picture as a tensor. */
    public static Tensor tensor(int height, int width, long seed) {
        return Tensor.ofBytes(new Shape(height, width, 3), draw(height, width, seed));
    }

    /** The same picture as a JPEG file. */
    public static byte[] jpeg(int height, int width, long seed) throws IOException {
        byte[] rgb = draw(height, width, seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            image.setRGB(
                    i % width,
                    i / width,
                    (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    private static void disc(byte[] rgb, int height, int width, SplittableRandom random) {
        int[] color = color(random);
        int centreY = random.nextInt(height);
        int centreX = random.nextInt(width);
        int radius = 1 + random.nextInt(Math.max(2, Math.min(height, width) / 4));
        for (int y = Math.max(0, centreY - radius); y < Math.min(height, centreY + radius); y++) {
            for (int x = Math.max(0, centreX - radius); x < Math.min(width, centreX + radius); x++) {
                int distance = (y - centreY) * (y - centreY) + (x - centreX) * (x - centreX);
                if (distance < radius * radius) {
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[(y * width + x) * 3 + channel] = (byte) color[channel];
                    }
                }
            }
        }
    }

    private static int[] color(SplittableRandom random) {
        return new int[] {random.nextInt(256), random.nextInt(256), random.nextInt(256)};
    }
}
