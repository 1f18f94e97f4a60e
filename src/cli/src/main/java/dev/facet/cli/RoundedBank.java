package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bank whose large tensors are rounded to fp16, the filters and shortcuts of layer3 and layer4: another bank, with another
 * fingerprint. The rest is small and stays fp32, since rounding errors of early layers grow on their way (docs/adr/0004).
 */
final class RoundedBank {
    private RoundedBank() {}

    static FilterBank of(FilterBank bank) {
        Map<String, Tensor> rounded = new LinkedHashMap<>();
        bank.tensors().forEach((name, tensor) -> {
            Tensor stored = isLarge(name) ? tensor.toFloat16() : tensor.toFloat32();
            if (!stored.isFinite()) {
                throw new CommandFailure(
                        "tensor doesn't fit into fp16: name='%s', expected |value| below 65520".formatted(name));
            }
            rounded.put(name, stored);
        });
        return new FilterBank(bank.manifest(), rounded);
    }

    private static boolean isLarge(String name) {
        String tensor = name.startsWith("init.") ? name.substring("init.".length()) : name;
        boolean filters = tensor.equals(name) || tensor.endsWith(".downsample.0.weight");
        return filters && Stage.ofTensor(tensor).compareTo(Stage.LAYER3) >= 0;
    }
}
