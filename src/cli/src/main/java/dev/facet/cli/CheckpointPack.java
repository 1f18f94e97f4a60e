package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.ReferenceCheckpoint;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fits the tensors of a reference checkpoint to a bank that exists already. */
final class CheckpointPack {
    /** Largest difference of filters, relative to the largest of them, that counts as rounding. */
    private static final double TOLERANCE = 1e-5;

    private CheckpointPack() {}

    /**
     * The pack's tensors on that bank. A checkpoint on the bank's own filters is taken as it is; one on the network that the
     * bank is a decomposition of (W = U·W_s) gets the modulators W_t·U, which give the same product.
     *
     * @throws CommandFailure if the bank is made of other filters
     */
    static Map<String, Tensor> onBank(FilterBank bank, ReferenceCheckpoint checkpoint) {
        if (bank.manifest().architecture() != checkpoint.architecture()) {
            throw new CommandFailure("bank of another architecture: bank=%s, checkpoint=%s"
                    .formatted(
                            bank.manifest().architecture().id(),
                            checkpoint.architecture().id()));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
        if (checkpoint.modulation() == Modulation.NONE) {
            return tensors;
        }
        for (Convolution conv : checkpoint.architecture().convolutions()) {
            String name = conv.name();
            Weights filters = Weights.of(checkpoint.filters().get(name));
            boolean own = difference(filters, Weights.of(bank.tensor(name))) == 0;
            if (checkpoint.modulation() == Modulation.RC && own) {
                continue;
            }
            double difference = difference(filters, BankFolding.frozen(bank, name));
            if (!(difference <= TOLERANCE)) {
                throw new CommandFailure(("the bank is made of other filters than the checkpoint: convolution='%s', "
                                + "max|Δ|/max|w|=%.1e, expected at most %.0e (--bank-out makes a bank of the checkpoint's)")
                        .formatted(name, difference, TOLERANCE));
            }
            if (checkpoint.modulation() == Modulation.RC) {
                String modulator = name + ".modulator";
                Weights turned = Weights.of(tensors.get(modulator)).after(BankFolding.modulator(bank, name));
                tensors.put(modulator, Tensor.of(turned.shape(), turned.values()));
            }
        }
        return tensors;
    }

    private static double difference(Weights expected, Weights actual) {
        if (!Arrays.equals(expected.shape().extents(), actual.shape().extents())) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = Float.MIN_NORMAL;
        double difference = 0;
        for (int i = 0; i < expected.values().length; i++) {
            largest = Math.max(largest, Math.abs(expected.values()[i]));
            difference = Math.max(difference, Math.abs(expected.values()[i] - actual.values()[i]));
        }
        return difference / largest;
    }
}
