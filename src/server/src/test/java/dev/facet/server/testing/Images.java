package dev.facet.server.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images made of soft random blobs. */
public final class Images {
    private Images() {}

    /** An image in {@code jpg} or {@code png}. */
    public static byte[] image(String format, int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] phase = random.doubles(9, 0, 7).toArray();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double wave = Math.sin(x / 9.0 + phase[channel]) * Math.cos(y / 7.0 + phase[3 + channel]);
                    rgb = rgb << 8 | (int) (127 + 120 * wave);
                }
                image.setRGB(x, y, rgb);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
