package dev.facet.trainer.sample;

import java.util.SplittableRandom;

/**
 * One random view: where each pixel of the crop lies in the image.
 *
 * @param scale factor that the image was enlarged by
 * @param flipped whether it is mirrored
 * @param rows the vertical axis
 * @param columns the horizontal axis
 */
record View(float scale, boolean flipped, Axis rows, Axis columns) {

    /** Draws scale, place and flip, in this order. */
    static View draw(int imageHeight, int imageWidth, AugmentationSettings settings, SplittableRandom random) {
        double first = settings.scales().get(0);
        double scale;
        if (settings.continuous()) {
            double last = settings.scales().get(settings.scales().size() - 1);
            scale = first + random.nextDouble() * (last - first);
        } else {
            scale = settings.scales().get(random.nextInt(settings.scales().size()));
        }
        int height = Math.max(1, (int) (imageHeight * scale));
        int width = Math.max(1, (int) (imageWidth * scale));
        int top = offset(height, settings.cropHeight(), random);
        int left = offset(width, settings.cropWidth(), random);
        boolean flipped = random.nextDouble() < settings.flipProbability();
        return new View(
                (float) scale,
                flipped,
                Axis.of(imageHeight, height, top, settings.cropHeight(), false),
                Axis.of(imageWidth, width, left, settings.cropWidth(), flipped));
    }

    /** First scaled row that the crop shows, both ends included; negative where the image is padded, half of it before. */
    private static int offset(int scaled, int crop, SplittableRandom random) {
        return scaled >= crop ? random.nextInt(scaled - crop + 1) : -((crop - scaled) / 2);
    }
}
