package dev.facet.trainer.network;

import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a network's private tensors are before the first step. */
public sealed interface Start {

    /**
     * The encoder is the bank's pre-trained network: modulators are {@code init.*.modulator} (the identity where the bank has
     * none), adapters are zero, private convolutions are W_t·W_s, norms and shortcuts are {@code init.*}. The decoder is random.
     */
    record Bank() implements Start {}

    /**
     * Given values, those of a checkpoint or of a pack.
     *
     * @param tensors by the names of {@link dev.facet.core.network.TensorLayout#pack}: all of the encoder; the decoder's where
     *     they are there, else it is random
     */
    record Values(Map<String, Tensor> tensors) implements Start {
        public Values {
            tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        }
    }

    /**
     * Nothing is known: convolutions, modulators and adapters are random at the scale of He et al. (ICCV 2015), norms the
     * identity. Filters of the bank stay what they are.
     */
    record Random() implements Start {}

    static Start bank() {
        return new Bank();
    }

    static Start values(Map<String, Tensor> tensors) {
        return new Values(tensors);
    }

    static Start random() {
        return new Random();
    }
}
