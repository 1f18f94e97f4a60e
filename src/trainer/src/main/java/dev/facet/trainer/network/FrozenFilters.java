package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.trainer.engine.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a network takes from the bank and never changes. Arrays need no gradient; they live as long as their manager. */
final class FrozenFilters {
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Map<String, NDArray> narrow = new LinkedHashMap<>();

    /** Arrays by the names of convolutions, and {@code <conv>.bias} where the norm is folded in. */
    FrozenFilters(Map<String, NDArray> arrays) {
        this.arrays.putAll(arrays);
    }

    /** The prefix with its norms folded, and the filters that the modulation adapts. */
    static FrozenFilters of(NDManager manager, FilterBank bank, NetworkSpecification specification, DataType type) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (Convolution conv : specification.architecture().convolutionsAndShortcuts()) {
            if (specification.isPrefix(conv.stage())) {
                FoldedConvolution folded = BankFolding.pretrained(bank, conv);
                arrays.put(conv.name(), array(manager, folded.weights(), type));
                arrays.put(
                        conv.name() + ".bias", Ops.of(manager, folded.bias(), new Shape(folded.bias().length), type));
            } else {
                putFilters(arrays, manager, bank, conv, specification.modulation(), type);
            }
        }
        return new FrozenFilters(arrays);
    }

    private static void putFilters(
            Map<String, NDArray> arrays,
            NDManager manager,
            FilterBank bank,
            Convolution conv,
            Modulation modulation,
            DataType type) {
        String name = conv.name();
        if (conv.kernel() == 1) {
            if (modulation == Modulation.NORM) {
                arrays.put(name, Ops.of(manager, bank.tensor("init." + name + ".weight"), type));
            }
            return;
        }
        switch (modulation) {
            case RC -> arrays.put(name, Ops.of(manager, bank.tensor(name), type));
            case RA_SERIES, RA_PARALLEL, NORM -> arrays.put(name, array(manager, BankFolding.frozen(bank, name), type));
            case NONE -> {
                // All filters are private.
            }
        }
    }

    private static NDArray array(NDManager manager, Weights weights, DataType type) {
        return Ops.of(manager, weights.values(), new Shape(weights.shape().extents()), type);
    }

    /** Filters of a convolution in the precision of a map; null where they are private. */
    NDArray filters(String convolution, NDArray map) {
        return as(map, convolution);
    }

    /** Bias of a convolution of the prefix in the precision of a map; null elsewhere. */
    NDArray bias(String convolution, NDArray map) {
        return as(map, convolution + ".bias");
    }

    /** They never change, so they are narrowed once and not in every step. */
    private NDArray as(NDArray map, String name) {
        NDArray array = arrays.get(name);
        if (array == null || !Ops.isNarrow(map)) {
            return array;
        }
        return narrow.computeIfAbsent(name, missing -> {
            NDArray made = Ops.narrow(array);
            NDScope.unregister(made);
            return made;
        });
    }
}
