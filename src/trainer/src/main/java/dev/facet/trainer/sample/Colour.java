package dev.facet.trainer.sample;

import java.util.SplittableRandom;

/** Random brightness, contrast and saturation, factors around 1. */
record Colour(float brightness, float contrast, float saturation) {
    static Colour draw(AugmentationSettings settings, SplittableRandom random) {
        return new Colour(
                factor(settings.brightness(), random),
                factor(settings.contrast(), random),
                factor(settings.saturation(), random));
    }

    private static float factor(double range, SplittableRandom random) {
        return range == 0 ? 1 : (float) (1 + (random.nextDouble() * 2 - 1) * range);
    }

    /** Whether it changes anything. */
    boolean changes() {
        return brightness != 1 || contrast != 1 || saturation != 1;
    }

    /** Changes an RGB pixel of 0 … 255 in place. */
    void apply(float[] pixel, float meanGrey) {
        float grey = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
        for (int i = 0; i < 3; i++) {
            float value = grey + (pixel[i] - grey) * saturation;
            value = (meanGrey + (value - meanGrey) * contrast) * brightness;
            pixel[i] = Math.min(255, Math.max(0, value));
        }
    }
}
