package dev.facet.core.bank;

import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Map;

/** Checks a bank's tensors against its manifest. */
final class BankChecks {
    private BankChecks() {}

    static void check(BankManifest manifest, Map<String, Tensor> tensors) {
        boolean initial = tensors.keySet().stream().anyMatch(name -> name.startsWith("init."));
        Map<String, Shape> layout = TensorLayout.bank(manifest.architecture(), manifest.ranks(), initial);
        for (Map.Entry<String, Shape> expected : layout.entrySet()) {
            Tensor tensor = tensors.get(expected.getKey());
            if (tensor == null) {
                // A bank without modulators starts from the identity, which needs full rank.
                if (isOptional(expected.getKey(), manifest)) {
                    continue;
                }
                throw new BankException("missing tensor: name='%s' [architecture=%s]"
                        .formatted(expected.getKey(), manifest.architecture().id()));
            }
            checkTensor(expected.getKey(), expected.getValue(), tensor);
        }
        for (String name : tensors.keySet()) {
            if (!layout.containsKey(name)) {
                throw new BankException("unexpected tensor: name='%s' [architecture=%s]"
                        .formatted(name, manifest.architecture().id()));
            }
        }
    }

    private static boolean isOptional(String name, BankManifest manifest) {
        String suffix = ".modulator";
        if (!name.startsWith("init.") || !name.endsWith(suffix)) {
            return false;
        }
        return !manifest.ranks().containsKey(name.substring("init.".length(), name.length() - suffix.length()));
    }

    private static void checkTensor(String name, Shape expected, Tensor tensor) {
        if (!tensor.shape().equals(expected)) {
            throw new BankException(
                    "wrong shape: tensor='%s', shape=%s, expected=%s".formatted(name, tensor.shape(), expected));
        }
        if (tensor.type() != ElementType.F32 && tensor.type() != ElementType.F16) {
            throw new BankException(
                    "wrong type: tensor='%s', type=%s, expected=F32|F16".formatted(name, tensor.type()));
        }
        if (!tensor.isFinite()) {
            throw new BankException("not finite: tensor='%s' holds NaN or infinity".formatted(name));
        }
    }
}
