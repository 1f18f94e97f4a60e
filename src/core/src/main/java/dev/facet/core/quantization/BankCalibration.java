package dev.facet.core.quantization;

import dev.facet.core.network.Architecture;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scales of a bank's own network up to every cut of a prefix. Immutable and thread-safe.
 *
 * @param manifest what it says of itself
 * @param scales by activation, those of {@link Activations#ofPrefix}, in the order of execution
 * @param digest SHA-256 of the file in lower-case hex, which packs name; empty string for one that was never written
 */
public record BankCalibration(Manifest manifest, Map<String, ActivationScale> scales, String digest) {
    /**
     * What a calibration says of itself.
     *
     * @param bank fingerprint of the bank
     * @param architecture the bank's
     * @param outputStride 8 or 16: with 8, layer3 is dilated
     * @param method how the ranges were chosen
     * @param images name of the set of images
     * @param imageCount how many, 1 … 1,000,000
     * @param provenance the command that made it, and where the images come from
     * @param licence terms of the images' statistics, an SPDX expression where there is one
     */
    public record Manifest(
            String bank,
            Architecture architecture,
            int outputStride,
            CalibrationMethod method,
            String images,
            int imageCount,
            String provenance,
            String licence) {
        private static final String FINGERPRINT = "[0-9a-f]{64}";
        private static final int MAX_IMAGES = 1_000_000;

        public Manifest {
            if (!bank.matches(FINGERPRINT)) {
                throw new IllegalArgumentException("bank: value='%s', expected=%s".formatted(bank, FINGERPRINT));
            }
            if (outputStride != 8 && outputStride != 16) {
                throw new IllegalArgumentException("output stride: value=%d, expected=8|16".formatted(outputStride));
            }
            if (architecture == null || method == null) {
                throw new IllegalArgumentException("architecture=%s, method=%s, expected both"
                        .formatted(
                                architecture == null ? "none" : architecture.id(),
                                method == null ? "none" : method.id()));
            }
            if (imageCount < 1 || imageCount > MAX_IMAGES) {
                throw new IllegalArgumentException(
                        "imageCount: value=%d, expected=1..%d".formatted(imageCount, MAX_IMAGES));
            }
            checkText("images", images, 1000);
            checkText("provenance", provenance, 20_000);
            checkText("licence", licence, 2000);
        }

        private static void checkText(String property, String value, int maxLength) {
            if (value.length() > maxLength) {
                throw new IllegalArgumentException(
                        "%s: characters=%d, expected at most %d".formatted(property, value.length(), maxLength));
            }
        }
    }

    public BankCalibration {
        Map<String, ActivationScale> ordered = new LinkedHashMap<>();
        for (Activation activation : Activations.ofPrefix(manifest.architecture())) {
            ActivationScale scale = scales.get(activation.name());
            if (scale == null) {
                throw new CalibrationException("missing activation: name='%s' [architecture=%s]"
                        .formatted(activation.name(), manifest.architecture().id()));
            }
            activation.check(scale);
            ordered.put(activation.name(), scale);
        }
        for (String name : scales.keySet()) {
            if (!ordered.containsKey(name)) {
                throw new CalibrationException("unexpected activation: name='%s' [architecture=%s]"
                        .formatted(name, manifest.architecture().id()));
            }
        }
        scales = Collections.unmodifiableMap(ordered);
    }
}
