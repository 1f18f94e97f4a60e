package dev.facet.trainer.export;

import dev.facet.core.image.Raster;
import java.util.SplittableRandom;

/** A picture that belongs to nobody, for self-tests: smooth gradients, discs and bars, drawn from a seed. */
final class SelfTestImage {
    private static final int SHAPES = 12;

    private SelfTestImage() {}

    static Raster draw(int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] picture = new float[height * width * 3];
        for (int c = 0; c < 3; c++) {
            double phase = random.nextDouble() * 2 * Math.PI;
            double alongX = random.nextDouble(0.02, 0.08);
            double alongY = random.nextDouble(0.02, 0.08);
            for (int i = 0; i < height * width; i++) {
                double wave = Math.sin(phase + alongX * (i % width) + alongY * (i / width));
                picture[i * 3 + c] = (float) (128 + 90 * wave);
            }
        }
        for (int shape = 0; shape < SHAPES; shape++) {
            drawShape(picture, height, width, random);
        }
        byte[] rgb = new byte[picture.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(picture[i] + random.nextDouble(-6, 6))));
        }
        return new Raster(height, width, rgb);
    }

    private static void drawShape(float[] picture, int height, int width, SplittableRandom random) {
        double centreY = random.nextDouble(height);
        double centreX = random.nextDouble(width);
        double radiusY = random.nextDouble(3, height / 4.0);
        double radiusX = random.nextDouble(3, width / 4.0);
        boolean disc = random.nextBoolean();
        float[] colour = {random.nextInt(256), random.nextInt(256), random.nextInt(256)};
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double dy = Math.abs(y - centreY) / radiusY;
                double dx = Math.abs(x - centreX) / radiusX;
                if (disc ? dy * dy + dx * dx < 1 : Math.max(dy, dx) < 1) {
                    System.arraycopy(colour, 0, picture, (y * width + x) * 3, 3);
                }
            }
        }
    }
}
