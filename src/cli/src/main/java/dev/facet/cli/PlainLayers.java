package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.Affine;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.runtime.engine.ort.response.PlainLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bank's pre-trained network, layer by layer. */
final class PlainLayers {
    private PlainLayers() {}

    static Map<String, PlainLayer> of(FilterBank bank) {
        Map<String, PlainLayer> layers = new LinkedHashMap<>();
        for (Convolution conv : bank.manifest().architecture().convolutions()) {
            Optional<Weights> modulator = BankFolding.hasModulator(bank, conv.name())
                    ? Optional.of(BankFolding.modulator(bank, conv.name()))
                    : Optional.empty();
            layers.put(conv.name(), new PlainLayer(Weights.of(bank.tensor(conv.name())), modulator, norm(bank, conv)));
        }
        for (Convolution conv : bank.manifest().architecture().shortcuts()) {
            Weights weights = Weights.of(bank.tensor("init." + conv.name() + ".weight"));
            layers.put(conv.name(), new PlainLayer(weights, Optional.empty(), norm(bank, conv)));
        }
        return layers;
    }

    private static Affine norm(FilterBank bank, Convolution conv) {
        return Affine.ofNorm(bank::tensor, "init." + conv.norm());
    }
}
