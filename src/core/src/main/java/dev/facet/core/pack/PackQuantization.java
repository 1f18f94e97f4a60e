package dev.facet.core.pack;

import dev.facet.core.quantization.CalibrationMethod;
import java.util.List;
import java.util.Optional;

/**
 * How a pack was quantized, the manifest's property {@code quantization}; the scales are its tensors {@code quant.*}.
 *
 * @param calibration digest of the calibration of the bank's prefix that it was made on; empty for a pack without a prefix, and
 *     only then
 * @param method how the ranges of its activations were chosen
 * @param images name of the set of images that it was calibrated on
 * @param imageCount how many, 1 … 1,000,000
 * @param fp32 convolutions that stay in fp32 beside those that always do, by name, at most 200
 * @param selfTestTolerance largest accepted |Δ| to {@code quant.selftest.output}, relative to the largest |output|
 */
public record PackQuantization(
        Optional<String> calibration,
        CalibrationMethod method,
        String images,
        int imageCount,
        List<String> fp32,
        double selfTestTolerance) {
    private static final String DIGEST = "[0-9a-f]{64}";
    private static final int MAX_IMAGES = 1_000_000;
    private static final int MAX_LAYERS = 200;

    public PackQuantization {
        if (calibration.isPresent() && !calibration.get().matches(DIGEST)) {
            throw new IllegalArgumentException(
                    "calibration: value='%s', expected=%s".formatted(calibration.get(), DIGEST));
        }
        if (method == null) {
            throw new IllegalArgumentException("method of calibration: value=null, expected one of its names");
        }
        ManifestText.check("images", images, 1000);
        if (imageCount < 1 || imageCount > MAX_IMAGES) {
            throw new IllegalArgumentException(
                    "imageCount: value=%d, expected=1..%d".formatted(imageCount, MAX_IMAGES));
        }
        fp32 = List.copyOf(fp32);
        if (fp32.size() > MAX_LAYERS || fp32.stream().distinct().count() < fp32.size()) {
            throw new IllegalArgumentException(
                    "fp32: layers=%d, expected at most %d, none twice".formatted(fp32.size(), MAX_LAYERS));
        }
        if (!(selfTestTolerance > 0 && selfTestTolerance <= 1)) {
            throw new IllegalArgumentException(
                    "self-test tolerance of int8: value=%s, expected=(0, 1]".formatted(selfTestTolerance));
        }
    }
}
