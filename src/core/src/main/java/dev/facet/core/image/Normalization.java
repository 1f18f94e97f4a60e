package dev.facet.core.image;

import java.util.List;

/**
 * Mean and standard deviation of the network's input, per channel RGB, for values divided by 255.
 *
 * @param mean three values
 * @param std three values, positive
 */
public record Normalization(List<Float> mean, List<Float> std) {
    /** What ImageNet's networks of torchvision expect. */
    public static final Normalization IMAGENET =
            new Normalization(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || mean.stream().anyMatch(value -> !Float.isFinite(value))) {
            throw new IllegalArgumentException("input mean: value=%s, expected=three finite numbers".formatted(mean));
        }
        if (std.size() != 3 || std.stream().anyMatch(value -> !Float.isFinite(value) || value <= 0)) {
            throw new IllegalArgumentException("input std: value=%s, expected=three positive numbers".formatted(std));
        }
    }
}
