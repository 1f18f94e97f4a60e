package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** What several commands do with banks. */
final class Banks {
    private Banks() {}

    /** The bank with every tensor rounded to fp16: another bank, with another fingerprint. */
    static FilterBank toHalf(FilterBank bank) {
        Map<String, Tensor> rounded = new LinkedHashMap<>();
        bank.tensors().forEach((name, tensor) -> {
            Tensor half = tensor.toFloat16();
            if (!half.isFinite()) {
                throw new CommandFailure(
                        "tensor doesn't fit into fp16: name='%s', expected |value| below 65520".formatted(name));
            }
            rounded.put(name, half);
        });
        return new FilterBank(bank.manifest(), rounded);
    }
}
