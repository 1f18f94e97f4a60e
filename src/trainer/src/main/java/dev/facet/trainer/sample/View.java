package dev.facet.trainer.sample;

import java.util.SplittableRandom;

/**
 * One random view: where each pixel of the crop lies in the photo.
 *
 * @param scale factor that the photo was enlarged by
 * @param flipped whether it is mirrored
 */
record View(
        float scale,
        boolean flipped,
        int sourceHeight,
        int sourceWidth,
        int scaledHeight,
        int scaledWidth,
        int top,
        int left,
        int cropWidth) {

    static View draw(LabelledPhoto photo, AugmentationSettings settings, SplittableRandom random) {
        double first = settings.scales().get(0);
        double scale;
        if (settings.continuous()) {
            double last = settings.scales().get(settings.scales().size() - 1);
            scale = first + random.nextDouble() * (last - first);
        } else {
            scale = settings.scales().get(random.nextInt(settings.scales().size()));
        }
        int sourceHeight = photo.photo().height();
        int sourceWidth = photo.photo().width();
        int height = Math.max(1, (int) (sourceHeight * scale));
        int width = Math.max(1, (int) (sourceWidth * scale));
        int top = offset(height, settings.cropHeight(), random);
        int left = offset(width, settings.cropWidth(), random);
        boolean flipped = random.nextDouble() < settings.flipProbability();
        return new View(
                (float) scale, flipped, sourceHeight, sourceWidth, height, width, top, left, settings.cropWidth());
    }

    /** First scaled row that the crop shows; negative where the photo is padded, half of it before. */
    private static int offset(int scaled, int crop, SplittableRandom random) {
        return scaled >= crop ? random.nextInt(scaled - crop + 1) : -((crop - scaled) / 2);
    }

    /** Row of the photo, half-pixel centres; NaN outside. */
    float sourceY(int y) {
        return source(y + top, sourceHeight, scaledHeight);
    }

    /** Column of the photo, half-pixel centres; NaN outside. */
    float sourceX(int x) {
        return source((flipped ? cropWidth - 1 - x : x) + left, sourceWidth, scaledWidth);
    }

    /** Nearest row of the labels, ⌊i·in/out⌋ as the reference has it; −1 outside. */
    int nearestY(int y) {
        return nearest(y + top, sourceHeight, scaledHeight);
    }

    /** Nearest column of the labels; −1 outside. */
    int nearestX(int x) {
        return nearest((flipped ? cropWidth - 1 - x : x) + left, sourceWidth, scaledWidth);
    }

    private static float source(int position, int in, int out) {
        if (position < 0 || position >= out) {
            return Float.NaN;
        }
        float value = (position + 0.5f) * in / out - 0.5f;
        return Math.min(Math.max(value, 0), in - 1);
    }

    private static int nearest(int position, int in, int out) {
        if (position < 0 || position >= out) {
            return -1;
        }
        return Math.min(in - 1, (int) ((long) position * in / out));
    }
}
