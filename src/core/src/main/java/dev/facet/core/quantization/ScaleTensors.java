package dev.facet.core.quantization;

import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Map;

/** Scales as tensors of a file: {@code NAME.scale}, fp32 [1], and {@code NAME.zero_point}, uint8 [1]. */
public final class ScaleTensors {
    public static final String SCALE = ".scale";
    public static final String ZERO_POINT = ".zero_point";

    /** Shape of both. */
    public static final Shape SHAPE = new Shape(1);

    private ScaleTensors() {}

    /** Adds the tensors of scales, first all steps, then all zero points, so that numbers of four bytes lie at multiples of four. */
    public static void put(Map<String, Tensor> tensors, String prefix, Map<String, ActivationScale> scales) {
        scales.forEach((name, scale) -> tensors.put(prefix + name + SCALE, Tensor.of(SHAPE, scale.scale())));
        scales.forEach((name, scale) ->
                tensors.put(prefix + name + ZERO_POINT, Tensor.ofBytes(SHAPE, (byte) scale.zeroPoint())));
    }

    /**
     * The scale of two tensors.
     *
     * @throws CalibrationException if one is missing, or isn't what it has to be
     */
    public static ActivationScale get(Map<String, Tensor> tensors, String name) {
        Tensor scale = checked(tensors, name + SCALE, ElementType.F32);
        Tensor zeroPoint = checked(tensors, name + ZERO_POINT, ElementType.U8);
        try {
            return new ActivationScale(scale.toFloatArray()[0], (int) zeroPoint.toFloatArray()[0]);
        } catch (IllegalArgumentException e) {
            throw new CalibrationException("%s [activation='%s']".formatted(e.getMessage(), name), e);
        }
    }

    private static Tensor checked(Map<String, Tensor> tensors, String name, ElementType type) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CalibrationException("missing tensor: name='%s'".formatted(name));
        }
        if (tensor.type() != type || !tensor.shape().equals(SHAPE)) {
            throw new CalibrationException(
                    "wrong tensor: name='%s', is=%s, expected=%s %s".formatted(name, tensor, type, SHAPE));
        }
        return tensor;
    }
}
