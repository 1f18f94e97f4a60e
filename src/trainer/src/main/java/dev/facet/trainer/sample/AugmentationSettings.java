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
    public AugmentationSettings {
        scales = List.copyOf(scales);
    }
}
