package dev.facet.core.pack;

import dev.facet.core.pack.PackException.Finding;
import dev.facet.core.quantization.Activation;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.ScaleTensors;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the tensors of the int8 plan of a pack whose manifest says how it was quantized. */
final class QuantizationChecks {
    private QuantizationChecks() {}

    /** The tensors that a pack has for the int8 plan; none for a pack that isn't quantized. */
    static Set<String> names(PackManifest manifest) {
        Set<String> names = new HashSet<>();
        if (manifest.quantization().isPresent()) {
            names.add(ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT);
            for (Activation activation : manifest.activations()) {
                names.add(tensor(activation, ScaleTensors.SCALE));
                names.add(tensor(activation, ScaleTensors.ZERO_POINT));
            }
        }
        return names;
    }

    static void check(ModulatorPack pack, List<Finding> findings) {
        if (pack.manifest().quantization().isEmpty()) {
            return;
        }
        for (Activation activation : pack.manifest().activations()) {
            checkScale(pack, activation, findings);
        }
        Tensor expected = pack.tensors().get(ModulatorPack.SELF_TEST_OUTPUT);
        String name = ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT;
        Shape shape = expected == null ? null : expected.shape();
        if (isThere(pack, name, ElementType.F32, shape, findings)
                && !pack.tensor(name).isFinite()) {
            findings.add(PackChecks.notFinite(name));
        }
    }

    private static void checkScale(ModulatorPack pack, Activation activation, List<Finding> findings) {
        String step = tensor(activation, ScaleTensors.SCALE);
        String zero = tensor(activation, ScaleTensors.ZERO_POINT);
        boolean steps = isThere(pack, step, ElementType.F32, ScaleTensors.SHAPE, findings);
        boolean zeros = isThere(pack, zero, ElementType.U8, ScaleTensors.SHAPE, findings);
        if (!steps || !zeros) {
            return;
        }
        float scale = pack.tensor(step).toFloatArray()[0];
        int zeroPoint = (int) pack.tensor(zero).toFloatArray()[0];
        if (!ActivationScale.isStep(scale)) {
            findings.add(new Finding(
                    PackFault.BAD_SCALE,
                    "bad scale: tensor='%s', value=%s, expected a positive, finite number".formatted(step, scale)));
        } else if (activation.rectified() && zeroPoint != 0) {
            findings.add(new Finding(
                    PackFault.BAD_SCALE,
                    "bad zero point: tensor='%s', value=%d, expected 0 behind a ReLU".formatted(zero, zeroPoint)));
        }
    }

    private static boolean isThere(
            ModulatorPack pack, String name, ElementType type, Shape shape, List<Finding> findings) {
        Tensor tensor = pack.tensors().get(name);
        if (tensor == null) {
            findings.add(
                    new Finding(PackFault.MISSING_TENSOR, "missing tensor: name='%s', type=%s".formatted(name, type)));
            return false;
        }
        if (tensor.type() != type) {
            findings.add(new Finding(
                    PackFault.WRONG_TYPE,
                    "wrong type: tensor='%s', type=%s, expected=%s".formatted(name, tensor.type(), type)));
            return false;
        }
        if (shape != null && !tensor.shape().equals(shape)) {
            findings.add(new Finding(
                    PackFault.WRONG_SHAPE,
                    "wrong shape: tensor='%s', shape=%s, expected=%s".formatted(name, tensor.shape(), shape)));
            return false;
        }
        return true;
    }

    private static String tensor(Activation activation, String part) {
        return ModulatorPack.QUANTIZATION + activation.name() + part;
    }
}
