package dev.facet.trainer.network;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A bank of random filters, for networks that start from nothing that was trained: the reference freezes its own random filters then.
 */
public final class RandomFilters {
    private static final long STREAM = 0x1B873593L;

    private RandomFilters() {}

    /**
     * Filters at the scale of He et al. (ICCV 2015), as torchvision's ResNets begin; no {@code init.*}.
     *
     * @param seed the same seed gives the same bank
     */
    public static FilterBank of(Architecture architecture, long seed) {
        Random random = new Random(seed ^ STREAM);
        Map<String, Tensor> filters = new LinkedHashMap<>();
        TensorLayout.bank(architecture, Map.of(), false)
                .forEach((name, shape) -> filters.put(name, InitialValues.randomValue(name, shape, random)));
        BankManifest manifest = new BankManifest(
                architecture,
                Optional.empty(),
                Map.of(),
                Normalization.IMAGENET,
                "Random filters, seed %d.".formatted(seed),
                "CC0-1.0");
        return new FilterBank(manifest, filters);
    }
}
