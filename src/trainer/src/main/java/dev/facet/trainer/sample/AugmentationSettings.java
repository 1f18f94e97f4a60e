package dev.facet.trainer.sample;

import java.util.List;

/**
 * How random views are drawn.
 *
 * @param scales scales to choose from, uniformly; with {@code continuous} the first and the last are the ends of a range
 * @param continuous whether any scale in the range is drawn
 * @param cropHeight rows of a view
 * @param cropWidth columns of a view
 * @param flipProbability chance of a mirror image
 * @param brightness colours are multiplied by 1 ± this
 * @param contrast distances from the mean grey are multiplied by 1 ± this
 * @param saturation distances from the pixel's grey are multiplied by 1 ± this
 */
public record AugmentationSettings(
        List<Double> scales,
        boolean continuous,
        int cropHeight,
        int cropWidth,
        double flipProbability,
        double brightness,
        double contrast,
        double saturation) {
    /** Longest side of a view. */
    public static final int MAX_CROP = 4096;

    /** Largest scale. */
    public static final double MAX_SCALE = 16;

    /** Most scales to choose from. */
    public static final int MAX_SCALES = 1000;

    public AugmentationSettings {
        scales = List.copyOf(scales);
        if (scales.isEmpty()
                || scales.size() > MAX_SCALES
                || scales.stream().anyMatch(scale -> !(scale > 0 && scale <= MAX_SCALE))) {
            throw new IllegalArgumentException("scales of views: value=%s, expected 1 to %d, each in (0, %.0f]"
                    .formatted(scales, MAX_SCALES, MAX_SCALE));
        }
        if (continuous && scales.get(0) > scales.get(scales.size() - 1)) {
            throw new IllegalArgumentException("range of scales: value=%s, expected ascending".formatted(scales));
        }
        if (cropHeight < 1 || cropWidth < 1 || cropHeight > MAX_CROP || cropWidth > MAX_CROP) {
            throw new IllegalArgumentException(
                    "size of views: value=%d×%d, expected=1..%d a side".formatted(cropHeight, cropWidth, MAX_CROP));
        }
        checkShare("chance of a mirror image", flipProbability);
        checkShare("brightness", brightness);
        checkShare("contrast", contrast);
        checkShare("saturation", saturation);
    }

    private static void checkShare(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s: value=%s, expected=0..1".formatted(what, value));
        }
    }
}
