package dev.facet.core.quantization;

/**
 * A map of the int8 network that lies in 8 bits.
 *
 * @param name what gives it: a convolution ({@code layer4.0.conv1}), a block ({@code layer4.0}), a part of the decoder
 * @param rectified whether it lies behind a ReLU, so that its zero point is 0
 */
public record Activation(String name, boolean rectified) {
    /** @throws CalibrationException if a scale can't be this activation's */
    public void check(ActivationScale scale) {
        // ReLU is the saturation at the zero point.
        if (rectified && scale.zeroPoint() != 0) {
            throw new CalibrationException("zero point: activation='%s', value=%d, expected 0 behind a ReLU"
                    .formatted(name, scale.zeroPoint()));
        }
    }
}
